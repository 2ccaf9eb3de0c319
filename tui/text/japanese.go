package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sfauth/flow"
)

// Japanese is 日本語, as Salesforce's Setup and its developers write it.
var Japanese = Text{
	New:    "新しい接続",
	Demo:   "デモ",
	Faults: japaneseFaults,
	Played: func(host string) string {
		return "このデモでは、このコンピューターが " + host + " の役をします。"
	},
	Selects: "マウスで文字を選択できます。次にキーを押すと、またクリックできます。",
	Steps:   [4]string{"組織", "アプリ", "認可", "完了"},
	More:    "下に続きます",
	Ago:     japaneseAgo,
	In:      func(d time.Duration) string { return japaneseBriefly(d) + "後" },
	Revoked: "受け取ったリフレッシュトークンは取り消しました。",
	NotRevoked: func(why string) string {
		return "受け取ったリフレッシュトークンを取り消せませんでした: " + why + "。"
	},
	Line:                japaneseLine,
	Detail:              japaneseDetail.Replace,
	Left:                "中断しました。何も保存していません",
	Day:                 func(t time.Time) string { return t.Local().Format("2006/01/02") },
	Moment:              func(t time.Time) string { return t.Local().Format("2006/01/02 15:04") },
	InvisibleCharacters: "見えない文字が含まれています。何も受け取っていません。",
	Unmarked:            "複数の行が一度に届きました。何も受け取っていません。1 行ずつ貼り付けてください。",
	Keys: keyText{
		Move: "移動", Scroll: "スクロール", Back: "戻る", Help: "ヘルプ", Quit: "終了", Suspend: "中断", Close: "閉じる",
		Continue: "続ける", Next: "次へ", Choose: "選択", Open: "開く",
		CopyCallback: "URL をコピー", Reveal: "秘密を表示", Hide: "秘密を隠す", Create: "アプリがない", WhatFor: "用途", Advanced: "詳細",
		Tick: "済みにする", Untick: "戻す", OpenPage: "ページを開く", AsMetadata: "メタデータ", Write: "書き出す",
		CopyLink: "リンクをコピー", ShowLink: "リンクを表示", OpenAgain: "開き直す", Paste: "貼り付け", SeesError: "画面のエラー",
		MoreTime: "延長", SendPaste: "送る", StopPaste: "欄を出る",
		Allow: "許可", Deny: "拒否", Fault: "失敗",
		CopyCommand: "コマンドをコピー", ForTool: "ツール用", Retry: "再試行", EditApp: "アプリを変更", EditOrg: "組織を変更", Save: "保存", Again: "認可し直す", KeepName: "この名前にする", Rename: "名前を変更", Finish: "完了",
		CopyToken: "トークンをコピー", CopyData360: "Data 360 用", Copy: "コピー", ShowToken: "トークンを表示",
		New: "新規", Filter: "絞り込み", KeepFilter: "絞り込む", ClearFilter: "すべて", Check: "確認", Details: "詳細",
		Clear: "消去", Remove: "削除", Forget: "記録だけ消す", KeepIt: "残す", Replace: "置き換え", Discard: "元のまま", ThrowAway: "破棄",
		UseFile: "ファイルを使う", Elsewhere: "保存先を変更", RevealPassphrase: "表示する", HidePassphrase: "隠す",
	},
	Tab: flow.TabText{
		Language: "ja", Connection: "接続", User: "ユーザー", Footer: "このコンピューターの sfauth",
		Saved: flow.TabPage{Title: "接続しました", Text: "sfauth が接続を保存しました。このタブを閉じて、ターミナルに戻ってください。"},
		Failed: flow.TabPage{Title: "ターミナルに戻ってください",
			Text: "ログインは完了していません。何が起きてどうすればよいかは、ターミナルの sfauth に表示されています。このタブは閉じてかまいません。"},
		Stray: flow.TabPage{Title: "このログインへの応答ではありません",
			Text: "何も変わっていません。前のログインから来たのなら、いまターミナルの sfauth に表示されているリンクを開いてください。"},
	},
	Org: orgText{
		Title: "組織", Heading: "どこにログインしますか?",
		MyDomain: "私のドメイン", Production: "本番", Sandbox: "Sandbox",
		Recommended:  "推奨",
		OnlyPackaged: "組織で作成した外部クライアントアプリケーションは、その組織の [私のドメイン] でしか使えません。",
		Placeholder:  "acme、または組織のアドレス",
		WhereToFind:  "組織のどれかのページを開き、アドレスバーからコピーしてください。",
		Changed:      "ここに保存したログイン先が、sfauth の外で変更されました。正しい組織のアドレスを指定してください。",
		Answers:      "応答あり", Checking: "確認中",
		PlainHTTP: "暗号化なしの http です。このマシンのテストサーバー専用です。",
		Anyway:    "このまま進むには、もう一度 enter を押してください。",
		WhenDone:  "応答があれば進みます。待たずに進むには、もう一度 enter を押してください。",
	},
	App: appText{
		Title: "アプリ", Heading: "どのアプリがアクセスを求めますか?",
		ClientID: "コンシューマー鍵", ClientIDLike: "3MVG9…",
		ClientSecret: "コンシューマーの秘密", PublicClient: "アプリが要求しなければ空", NoSecret: "空のまま (このアプリに秘密はありません)",
		WhatFor:  func(purpose string) string { return "用途: " + purpose },
		Register: "コールバック URL (アプリに同じものを登録)",
		NoApp:    "アプリがないなら、作り方を見る", Advanced: "詳細: コールバック URL、スコープなど",
		Callback: "コールバック URL (登録と同じもの)", Scope: "スコープ", AllScopes: "空ならアプリのすべて",
		Prompt: "prompt", PromptLike: "login、consent、select_account", LoginHint: "login_hint", LoginHintLike: "ログイン画面に入れておくユーザー名",
		KeepIn:       func(store string) string { return "保存先: " + store },
		CallbackName: "コールバック URL",
		OddClientID:  japaneseOddClientID, OddSecret: japaneseOddSecret,
	},
	Purposes: purposesText{
		Title: "用途", Heading: "アクセスの用途を選んでください",
		Names: Words[string]{{"rest", "REST と Bulk"}, {"data360", "Data 360"}, {"agent", "Agent API"}, {"mcp", "ホスト型 MCP"}, {"own", "自分で指定"}},
		For: Words[string]{
			{"rest", "レコード、クエリ、ファイルなど。ほとんどのスクリプト"}, {"data360", "クエリと取り込み。専用のトークンを使う"},
			{"agent", "エージェントとの対話。JWT のアクセストークンを使う"}, {"mcp", "Salesforce の MCP サーバー。秘密のないアプリを使う"},
			{"own", "スコープを自分で入力する"},
		},
		Number: func(n int, name, what string) string { return fmt.Sprintf("%d: %s (%s)", n, name, what) },
		Ask:    "番号 (変えないなら空):",
		Now: func(name, scopes string) string {
			if scopes == "" {
				return name + ": スコープはアプリのすべてです。"
			}
			return name + ": スコープは " + scopes + " です。"
		},
	},
	Create: createText{
		Title: "アプリがないとき", Heading: "外部クライアントアプリケーションの作成",
		Open:   "[設定] で [外部クライアントアプリケーションマネージャー] を開き、[新規外部クライアントアプリケーション] を選択します。",
		Name:   "名前と [取引先責任者 メール] を入力します。[配信状態] は [ローカル] のままにします。",
		Enable: "[API (OAuth 設定の有効化)] で [OAuth を有効化] を選択します。",
		Callback: func(url string) string {
			return "[コールバック URL] に一字一句このとおり入力します: " + url
		},
		Scopes: func(labels []string) string {
			return "[OAuth 範囲] で選択します: " + strings.Join(labels, "、") + "。"
		},
		ScopeLabels: Words[string]{ // where none is known in Japanese, by the name alone
			{"api", "「API を使用してユーザーデータを管理 (api)」"},
			{"refresh_token", "「いつでも要求を実行 (refresh_token, offline_access)」"},
			{"chatbot_api", "「チャットボットサービスにアクセス (chatbot_api)」"},
			{"sfap_api", "「Salesforce API プラットフォームにアクセス (sfap_api)」"},
			{"cdp_query_api", "(cdp_query_api) とあるもの"},
			{"cdp_ingest_api", "(cdp_ingest_api) とあるもの"},
			{"mcp_api", "(mcp_api) とあるもの"},
		},
		Security:    "[セキュリティ] で、PKCE と [更新トークンの循環の有効化] は有効のまま、JWT ベースのアクセストークンの発行は無効のままにします。",
		SecurityJWT: "[セキュリティ] で、PKCE と [更新トークンの循環の有効化] は有効のまま、[指定ユーザー向けの JSON Web トークン (JWT) ベースのアクセストークンの発行] を選択します。",
		NoSecret:    "[セキュリティ] で、[Web サーバーフローの秘密が必要] と [更新トークンフローの秘密が必要] の選択を外します。",
		Make:        "[作成] を押し、[設定] タブ → OAuth セクション → [コンシューマー鍵と秘密] で ID を検証して、両方をコピーします。",
		MakePublic:  "[作成] を押し、[設定] タブ → OAuth セクション → [コンシューマー鍵と秘密] で ID を検証して、コンシューマー鍵をコピーします。",
		Wait:        "作成後 30 分ほどは、ブラウザーに invalid_client_id と出ることがあります。",
		Step:        func(n int, says string) string { return strconv.Itoa(n) + ". " + says },
		InSetup:     "[私のドメイン] が指定されていないため、[設定] のアドレスが分かりません。",
		Done:        func(n, of int) string { return fmt.Sprintf("%d/%d 完了", n, of) },
		AsMetadata:  "または、sf 用のメタデータに書き出す",
		SetupPage:   "[設定] へのリンク", Link: "[設定] を開く ↗", ScopesName: "スコープ",
		Opened: "ブラウザーで開きました。",
		NotOpened: func(why string) string {
			return "ブラウザーは開いていません: " + why + "。u でリンクを表示できます。"
		},
	},
	Metadata: metadataText{
		Title: "メタデータのアプリ", Heading: "アプリをメタデータに書き出します",
		About: "外部クライアントアプリケーションの 4 つのファイルです (Salesforce CLI 用)。秘密は含まれません。",
		Name:  "アプリの API 参照名", Email: "取引先責任者 メール (必須)", EmailLike: "you@example.com", Dir: "ディレクトリ",
		BadName:  "API 参照名は英字で始め、英数字と、その間の連続しないアンダースコアだけで 60 文字までにしてください。",
		BadEmail: "メールアドレスではありません。",
		NoDir:    "ディレクトリがまだありません。",
		Taken: func(path string) string {
			return "別のファイルがあります。置き換えるには、もう一度 enter を押してください: " + path
		},
		NotWritten: func(why string) string { return "書き出せませんでした: " + why + "。" },
		Written:    func(dir string) string { return "アプリを " + dir + " に書き出しました" },
		Deploy:     "リリースします。組織が sf のデフォルトでなければ、--target-org を付けてください:", DeployName: "コマンド",
		Then:       "その後、[設定] の [外部クライアントアプリケーションマネージャー] でアプリを開き、[設定] タブの OAuth セクションからコンシューマー鍵とコンシューマーの秘密をコピーします。",
		ThenPublic: "その後、[設定] の [外部クライアントアプリケーションマネージャー] でアプリを開き、[設定] タブの OAuth セクションからコンシューマー鍵をコピーします。",
		AskName:    func(given string) string { return "アプリの API 参照名 (空なら " + given + "):" },
		AskEmail:   "取引先責任者 メール (必須):",
		AskDir:     func(given string) string { return "ディレクトリ (空なら " + given + "):" },
		Replace: func(path string) string {
			return "別の " + path + " があります。置き換えますか? (y/N)"
		},
	},
	Authorise: authoriseText{
		Title: "認可", Heading: "ブラウザーでアクセスを許可してください", HeadingNoBrowser: "ブラウザーでこのリンクを開いてください", HeadingTokens: "アクセスが許可されました",
		Keychain: "キーチェーンへの書き込み", File: "暗号化ファイルへの書き込み", Database: "PostgreSQL への書き込み", KeychainSlow: "応答を待っています", KeychainAsks: "ウィンドウに答えてください",
		Listen: "応答の待ち受け", PasteOnly: "このコールバックは貼り付けのみ",
		BrowserOpened: "ブラウザーの起動", BrowserNot: "ブラウザーは開かず",
		NoDisplay: "画面がありません", SSH: "SSH セッションです", NotAsked: "指定のとおり", BrowserFailed: "起動しませんでした",
		Wait: "許可を待っています", Exchange: "コードの交換", Identify: "ユーザーと組織の確認", Save: "保存",
		AskName: "ユーザー名の問い合わせ", Revoke: "古いトークンの取り消し",
		Left:         func(m, s int) string { return fmt.Sprintf("残り %d:%02d", m, s) },
		LeftWithMore: func(m, s int) string { return fmt.Sprintf("残り %d:%02d、+ で延長", m, s) },
		NoWindow:     "ブラウザーが出ませんか?", OpenLink: "このリンクを開いてください:", LoginPage: "ログインページを開く ↗", CopyOrShow: "c でリンクをコピー、u で表示",
		Took: func(what string, s int) string {
			if what == "" {
				return fmt.Sprintf("%d 秒", s)
			}
			return fmt.Sprintf("%s、%d 秒", what, s)
		},
		Forward:    "ブラウザーが別のマシンなら、先にそこで実行してください:",
		ForwardBy:  func(port string) string { return "ssh -L " + port + ":localhost:" + port + " このホスト" },
		PasteLabel: "最後に開いたアドレスかコードを貼り付け", PasteLike: "http://localhost…?code=…",
		PasteBeside: "ページが開けなくても、アドレスがあれば十分です。",
		Link:        "リンク",
		Ignored: func(n int) string {
			return fmt.Sprintf("応答ではない要求を %d 件無視しました。害はありません。", n)
		},
		Doubted:      func(host, why string) string { return host + ": " + why + "。" },
		OtherUser:    "このマシンの別のユーザーからの応答を無視しました。自分のブラウザーなら、p を押してアドレスを貼り付けてください。",
		InsistsOnTLS: "ブラウザーが https で開こうとしましたが、コールバックは http です。p を押してアドレスを貼り付けてください。",
		Finishing:    "終了するにはもう一度 ctrl+c。届いたものは先に保存します。",
		StandIn:      "デモ: y で許可、n で拒否します。f で Salesforce を失敗させます。",
		FaultNow:     func(title string) string { return "Salesforce の次の失敗: " + title },
		Shows: func(page string) string {
			return "ブラウザーの表示: 「" + page + "」。e を押すと意味が分かります。"
		},
		FaultTitle: "失敗", FaultHeading: "Salesforce をどう失敗させますか?", NoFault: "失敗させない",
	},
	Browser: browserText{
		Title: "ブラウザーのエラー", Heading: "ブラウザーに何が出ていますか?",
		Label: "一部を貼り付けるか入力", Like: "error=… やページの文言", Or: "または最も近いものを選択",
		Choices: japaneseChoices,
	},
	Done: doneText{
		Title: "完了", HeadingUnsaved: "接続しましたが、未保存です",
		Connected: func(name string) string { return name + " に接続しました" },
		Renewed:   func(name string) string { return name + " を認可し直しました" },
		InScript:  "スクリプトでは", CopiesIt: "y でコピー",
		Finish: "完了", BackHome: "接続の一覧に戻る", Rename: "名前を変更", NewName: "名前",
		Token: "リフレッシュトークンそのもの",
		Retry: "もう一度保存する", SaveAsNew: "新しい接続として保存する", Again: "認可し直す",
		SaveInFile: "代わりに暗号化ファイルに保存する",
		CopyToken:  "リフレッシュトークンをコピー", CopyAs: "ほかのツール用にコピー", Show: "リフレッシュトークンを表示",
		Replace: func(name string) string { return name + " を置き換える" },
		Discard: func(name string) string { return name + " を元のまま残す" },
		Revoked: "古いリフレッシュトークンは取り消しました。",
		NotRevoked: func(why string) string {
			return "古いリフレッシュトークンを取り消せませんでした: " + why + "。"
		},
		FiveApprovals: "それまでは数に入ります。承認はユーザーとアプリごとに 5 件までで、6 件目で最も古いものが無効になります。",
		SixthApproval: "承認はユーザーとアプリごとに 5 件までです。これは 6 件目以降なので、最も古いものが無効になりました。",
		LacksJWT:      "この用途には JWT ベースのアクセストークンが必要ですが、アプリが発行していません (INVALID_JWT_FORMAT)。アプリの [セキュリティ] で [指定ユーザー向けの JSON Web トークン (JWT) ベースのアクセストークンの発行] を選択してください。次の更新から発行されます。",
		ThrowAway:     "破棄して取り消す",
		LeaveTaken:    "終了するにはもう一度 ctrl+c。トークンを持つのはあなただけになります。",
		LeaveUnsaved:  "終了するにはもう一度 ctrl+c。リフレッシュトークンは取り消します。",
	},
	Trouble: troubleText{
		Title: "問題", Said: "Salesforce の応答", Shown: "ブラウザーの表示",
		OrFile: "または、パスフレーズか鍵で暗号化した sfauth のファイルに秘密を保存できます。",
		NoHost: "ログイン先",
		Who: Words[flow.Who]{
			{flow.You, "自分で解決できます"}, {flow.Admin, "組織のシステム管理者が解決できます"},
			{flow.Salesforce, "Salesforce 側の問題です"}, {flow.Nobody, "sfauth の不具合かもしれません"},
		},
	},
	Help: helpText{
		Title: "キー", Heading: "キー", Anywhere: "どこでも",
		Lists: "j k、PgUp PgDn、Home End (g G) でも移動します。",
		About: "入力欄では文字キーはそのまま入力になります。そこからこのページを開くには F1 か ctrl+l を押します。",
	},
	Facts: factsText{
		Name: "名前", User: "ユーザー", Before: "以前", Org: "組織", Login: "ログイン先", Instance: "インスタンス", Scopes: "スコープ", Store: "保存先",
		Authorised: "認可日時", Alive: "最終確認", Renewals: "更新時", Rotates: "リフレッシュトークンが変わる", Stays: "リフレッシュトークンは変わらない",
		NotSaid: "Salesforce の回答なし", ScopeMissing: "要求したが付与なし",
		Stores: Words[string]{{"keychain", "OS のキーチェーン"}, {"file", "暗号化ファイル"}, {"postgres", "PostgreSQL"}, {"memory", "メモリのみ"}},
	},
	Exports: exportsText{
		Title: "コピー", Heading: "どのツール用にコピーしますか?",
		OnePlace:     "更新トークンの循環が有効だと、2 か所で使うトークンはどちらも無効になります。ツールごとに接続を用意してください。",
		RefreshToken: "リフレッシュトークン", AccessToken: "アクセストークン",
		Names: Words[string]{
			{"env", "シェル"}, {"dotenv", ".env"}, {"json", "JSON"}, {"sfdx-url", "SFDX auth URL"}, {"singer", "Singer"}, {"airbyte", "Airbyte"},
			{"jsforce", "jsforce"}, {"curl", "curl"}, {"python", "Python"}, {"node", "Node.js"}, {"dlt", "dlt"}, {"sf", "sf org login"}, {"mcp", "MCP"},
		},
		For: Words[string]{
			{"env", "export 行"}, {"dotenv", "NAME=value のファイル"}, {"json", "スクリプト"}, {"sfdx-url", "Salesforce CLI"}, {"singer", "tap-salesforce"},
			{"airbyte", "source-salesforce"}, {"jsforce", "Connection"}, {"curl", "要求 1 回"},
			{"python", "requests、simple-salesforce"}, {"node", "fetch"}, {"dlt", "パイプラインの先頭"}, {"sf", "Salesforce CLI、数時間"}, {"mcp", ".mcp.json"},
		},
		Itself: "トークンそのもの", AsksSfauth: "sfauth に要求",
		Asks:           "sfauth にアクセストークンを要求します。秘密は含まれません。",
		AsksAllTheSame: "代わりに sfauth にアクセストークンを要求します。秘密は含まれません。トークンそのものは --refresh-token で出力できます。",
		KeptBack: func(names string) string {
			return "秘密、または秘密につながる変数は含めていません: " + names + "。sfauth を起動するクライアントに、別の方法で渡してください。"
		},
		Forgets: func(tool string) string {
			return "更新トークンの循環が有効だと、最初の更新のトークンを保存しない " + tool + " は、2 回目の更新で接続を無効にします。"
		},
		Keeps: func(tool, since string, alone bool) string {
			if alone {
				return tool + " は " + since + " から、操作が 1 つずつなら循環したトークンを保存します。そうでなければ 2 回目の更新で接続が無効になります。"
			}
			return tool + " は " + since + " から、循環したトークンを保存します。それより古いと 2 回目の更新で接続が無効になります。"
		},
		RotationUnknown: func(name string) string {
			return name + " のアプリで循環が有効かは、最初の更新の後にわかります。それまでは有効とみなします。"
		},
		OtherHost: func(tool, host, own string) string {
			return tool + " のログイン先は " + host + " です。" + own + " にローカルなアプリはそこでは認識されません (invalid_grant)。"
		},
	},
	Home: homeText{
		Title: "接続",
		Count: func(shown, all int) string {
			if shown < all {
				return fmt.Sprintf("%d/%d 件", shown, all)
			}
			return fmt.Sprintf("%d 件", all)
		},
		Need:   func(all, sick int) string { return fmt.Sprintf("%d 件、要対応 %d 件", all, sick) },
		Place:  func(at, of int) string { return fmt.Sprintf("%d/%d", at, of) },
		Filter: "絞り込み", FilterLike: "名前、ユーザー、組織の一部",
		None: "接続がありません。n を押して設定します。", NoMatch: "該当なし。esc ですべて表示します。",
		Unread: func(why string) string {
			return why + "。接続はここで最後に見たものです。"
		},
		NeedsPassphrase: "確認にはパスフレーズが必要です。一覧で r を押すと入力できます。",
		Checking:        "確認中", Reading: "秘密を読み込み中…",
		Authorised: func(day string) string { return day + " 認可" },
		LastAlive:  func(moment string) string { return "最終確認: " + moment },
		Verdicts: Words[flow.Verdict]{
			{flow.Alive, "有効"}, {flow.Reauthorise, "再認可が必要"}, {flow.Setup, "[設定] の変更が必要"},
			{flow.ClientWrong, "アプリの設定が違う"}, {flow.Transient, "応答なし"}, {flow.Unknown, "未確認"},
		},
	},
	Details: detailsText{
		Title:      "接続",
		CopyAccess: "アクセストークンをコピー", CopyData360: "Data 360 用のトークンをコピー", CopyAs: "ほかのツール用にコピー", CopyToken: "リフレッシュトークンをコピー", Show: "リフレッシュトークンを表示",
		CheckNow: "今すぐ確認", CheckByRenewing: "更新して確認", Again: "認可し直す", Remove: "削除",
		Renews:  "アクセストークンを要求します。循環が有効なら新しいリフレッシュトークンに変わり、sfauth が保存します。よそにあるコピーは無効になります。",
		Getting: "アクセストークンを取得中…", Renaming: "名前を変更中…", Renewing: "更新中…", Moving: "移動中…",
		Share:   func(store string) string { return "ほかのマシンと共有 (" + store + ")" },
		Unshare: func(store string) string { return "このマシンだけで使う (" + store + ")" },
	},
	Remove: removeText{
		Title:   "削除",
		Heading: func(name string) string { return name + " を削除しますか?" },
		Revokes: "リフレッシュトークンを Salesforce で取り消し、sfauth からも消します。使っているものは動かなくなります。",
		No:      "いいえ、残します", Yes: "はい、取り消して削除します", Forget: "認可は残し、sfauth からだけ消します",
		Working: "削除中…",
		Removed: func(name string) string { return name + " を削除しました。" },
		NotRevoked: func(name string) string {
			return name + " はここから削除しましたが、取り消せませんでした"
		},
		Because:      func(why string) string { return why + "。" },
		RevokeByHand: "システム管理者が取り消せます: " + jaSetupUsage + "、またはユーザーのページ。",
	},
	Passphrase: passphraseText{
		Title: "パスフレーズ", Heading: "暗号化ファイルを開くパスフレーズは?", HeadingNew: "暗号化ファイルのパスフレーズを決める",
		Passphrase: "パスフレーズ", New: "新しいパスフレーズ", Again: "もう一度同じもの",
		Empty: "パスフレーズがないと開けません。", Differ: "同じではありません。",
		NoWayBack:     "これがないと誰もファイルを開けません。sfauth は実行のたびに 1 回尋ねます。",
		HeadingShared: "PostgreSQL の接続を開くパスフレーズは?", HeadingNewShared: "PostgreSQL の接続のパスフレーズを決めてください",
		NoWayBackShared: "どのマシンでも必要です。これがないと誰も開けません。",
		Elsewhere:       "スクリプトでは SFAUTH_KEY_FILE、SFAUTH_PASSPHRASE_COMMAND、SFAUTH_PASSPHRASE_FILE を使います。",
	},
	Clipboard: clipboardText{
		Title:   "クリップボード",
		Heading: "クリップボードに秘密が残っているかもしれません",
		Copied: func(what string) string {
			return "コピーしたもの: " + what + "。このコンピューターのどのプログラムからも読めます。"
		},
		Clear: "消去して終了", Leave: "残しておく",
		NotCleared: func(why string) string { return "消去できませんでした: " + why + "。" },
		Copying:    "コピー中…",
		There:      func(what string) string { return "コピーしました: " + what },
		SecretThere: func(what string) string {
			return "コピーしました: " + what + "。使うのは 1 か所だけにしてください。"
		},
		Sent: func(what, see string) string {
			return "ターミナルへ送信: " + what + "。なければ、" + see
		},
		Failed: func(what, why, see string) string {
			return "コピーできません: " + what + " (" + why + ")。" + see
		},
		Other: "クリップボードに別のものがあります", Slow: "クリップボードが応答しません",
		ThroughTerminal: "ターミナルを通して送ります (OSC 52)。届いたかは分かりません",
		ThroughTmux:     "tmux を通して送ります。設定が必要です: set -s set-clipboard on",
		WouldCopy: func(pkg string) string {
			return "ターミナルを通して送ります (OSC 52)。届いたかは分かりません。" + pkg + " があれば確実です"
		},
		OnScreen: "画面で選択してください。", PressS: "s で表示します。", PressU: "u で表示します。", RunExport: "sfauth export で出力します。", RunToken: "sfauth token で出力します。",
	},
	Explained: japaneseTrouble,
	Taken:     japaneseTaken,
	Lines: LinesText{
		AskDomain:       "ログイン先 (acme、または組織のどれかのアドレス):",
		AskClientID:     "コンシューマー鍵:",
		AskSecret:       "コンシューマーの秘密 (表示しません):",
		AskSecretOrNone: "コンシューマーの秘密 (表示しません。アプリが要求しなければ空):",
		Register: func(callback string) string {
			return "アプリのコールバック URL に、一字一句このとおり登録してください: " + callback
		},
		Odd: "このまま続けます。",
		Missing: func(flags []string) string {
			return "ここでは何も尋ねられません。次を指定してください: " + strings.Join(flags, "、")
		},
		LoginHelp:        "sfauth login --help を実行してください",
		NewHere:          "新しい接続を設定します。保存済みの接続は sfauth list で見られます。",
		NameTwice:        "NAME と --name は同時に指定できません。--name は新しい接続のためのものです",
		OddSecretOnStdin: func(why error) error { return fmt.Errorf("--client-secret-stdin の値: %w", why) },
		NoSecretOnStdin: func(why error) error {
			return fmt.Errorf("--client-secret-stdin: stdin に秘密がありません (%w)", why)
		},
		GiveSecret: "アプリのコンシューマーの秘密を --client-secret-stdin で渡してください。指定がありませんでした",
		Host:       func(url string) string { return url + " にログインします。" },
		PlainHTTP: func(url string) string {
			return url + " に暗号化なしの http でログインします。このマシンのテストサーバー専用です。"
		},
		Doubted: func(why string) string {
			return "ホストが違うかもしれません: " + why + "。このまま進むならもう一度入力し、そうでなければ別のものを入力してください。"
		},
		GoingOn: func(why string) string {
			return "ホストが違うかもしれません: " + why + "。--trust-domain があるので続けます。"
		},
		TrustDomain: "このホストの持ち主を知っているなら、--domain に加えて --trust-domain を指定してください",
		NoPaste:     "応答を貼り付ける必要がありますが、stdin からはもう何も来ません",
		PasteError:  "もう一度実行し、ブラウザーにエラーが出ていれば貼り付けてください",
		Keychain:    func(where string) string { return "秘密の保存先: " + where + "。" },
		Listening:   func(callback string) string { return callback + " で応答を待ち受けています。" },
		PasteOnly: func(callback string) string {
			return "応答は " + callback + " に届きます。sfauth は待ち受けできないので、貼り付けてください。"
		},
		Opened:    "ブラウザーを開きました。",
		NotOpened: func(why string) string { return "ブラウザーは開いていません: " + why + "。" },
		Waiting: func(left string) string {
			return "このアドレスを開き、アクセスを許可してください (制限時間: " + left + "):"
		},
		Lasting: japaneseDuration,
		StillWaiting: func(left string) string {
			return "アクセスの許可を待っています (残り " + left + ")。"
		},
		MoreTime:  func(left string) string { return "延長しました (残り " + left + ")。" },
		StillBusy: func(since string) string { return "待ち続けています (経過 " + since + ")。" },
		AwaitHost: "ログイン先の応答を待っています。",
		StoreFile: "代わりに暗号化ファイルへ保存するには、--store file を付けてください。",
		NoMore:    "stdin からはもう何も来ません。応答はブラウザーからしか届きません。",
		Said:      func(words string) string { return "Salesforce の応答: 「" + words + "」" },
		InSetup:   func(way string) string { return "場所: " + way + "。" },
		Link:      "次のリンクで開きます:",
		WhatPage:  "ブラウザーに何が出ていますか? 最も近いものの番号か、文言の一部を入力してください。",
		Page:      func(n int, shows string) string { return strconv.Itoa(n) + ": " + shows },
		Org: func(id, instance string) string {
			if instance == "" {
				return "組織は " + id + " です。"
			}
			return "組織は " + id + " (" + instance + ") です。"
		},
		Paste:   "または、最後に開いたページのアドレスか表示されたエラーを貼り付け、enter を押してください。",
		StandIn: "デモです。「許可」か「拒否」(allow, deny) と入力すると、sfauth が代わりに答えます。",
		Strays: Words[string]{
			{flow.StrayState, "別のログインへの応答を無視しました。古いリンクから来たものです。"},
			{flow.StrayCode, "応答の入っていない要求を無視しました。"},
			{flow.StrayPath, "別のページへの要求を無視しました。"},
			{flow.StrayHost, "別のホストへの要求を無視しました。"},
			{flow.StrayMethod, "応答ではない種類の要求を無視しました。"},
		},
		TLSStrayUnheard:     "ブラウザーが localhost を https で開こうとしていますが、sfauth は http で待ち受けています。",
		ForeignStrayUnheard: "このマシンの別のユーザーからの応答を無視しました。",
		Fixes: Words[flow.Who]{
			{flow.You, "自分で解決できます:"}, {flow.Admin, "組織のシステム管理者が解決できます:"},
			{flow.Salesforce, "Salesforce 側の問題です:"}, {flow.Nobody, "sfauth の不具合かもしれません:"},
		},
		About:            func(what string) string { return "対象: " + what + "。" },
		WhichDomain:      "組織の [私のドメイン] が最適です。本番は login.salesforce.com、Sandbox は test.salesforce.com です。",
		AskCallback:      "コールバック URL (アプリの登録と同じもの):",
		AskScope:         "スコープ、または用途 (rest、data360、agent、mcp)。アプリのすべてなら「すべて」か all:",
		AllScopes:        Typed{"すべて", "all"},
		EmptyKeepsSecret: "enter だけを押すと、指定済みのコンシューマーの秘密を使います。",
		EmptyKeeps:       func(what string) string { return "enter だけを押すと、" + what + " のままにします。" },
		TLSStray:         "ブラウザーが localhost を https で開こうとしています。開けないページのアドレスを貼り付けてください。",
		ForeignStray:     "このマシンの別のユーザーからの応答を無視しました。自分のブラウザーなら、アドレスを貼り付けてください。",
		Shows:            func(page string) string { return "ブラウザーの表示: 「" + page + "」" },
		Stuck:            "ブラウザーがこれ以上進みません",
		Code:             "アクセスが許可されました。",
		Granted:          func(scopes string) string { return "付与されたスコープ: " + scopes + "。" },
		GrantedAsked:     func(scopes string) string { return "要求どおり付与されたスコープ: " + scopes + "。" },
		NotGranted: func(scopes string) string {
			return "要求したが付与されなかったスコープ: " + scopes + "。"
		},
		SignedIn: func(user string) string { return user + " としてログインしました。" },
		IdentityUnknown: func(why string) string {
			return "誰がログインしたか、Salesforce から得られませんでした: " + why + "。"
		},
		Saved: func(name, where string) string { return name + " として保存しました (" + where + ")。" },
		Next: func(command string) string {
			return "アクセストークンを得るには " + command + " を実行してください。"
		},
		Then: func(name string) string {
			return "ほかのツールに渡すには sfauth export " + name + " --format dotenv、名前を変えるには sfauth rename " + name + " を実行してください。"
		},
		Revoked: "以前のリフレッシュトークンは取り消しました。",
		NotRevoked: func(why string) string {
			return "以前のリフレッシュトークンを取り消せませんでした: " + why + "。"
		},
		NotSaved: func(why string) string {
			return "リフレッシュトークンを受け取りましたが、保存していません: " + why + "。"
		},
		AwaitDatabase: "PostgreSQL の応答を待っています。",
		AwaitKeychain: "キーチェーンの応答を待っています。",
		AwaitAnswer:   "キーチェーンのウィンドウに答えるのを待っています。",
		AwaitTokens:   "Salesforce がコードをトークンに交換するのを待っています。",
		AwaitName:     "誰がログインしたかを Salesforce に問い合わせています。",
		AwaitRevoked:  "以前のリフレッシュトークンを取り消しています。",
		Anothers:      func(name, user string) string { return name + " は別のユーザーの接続です: " + user + "。" },
		Allow:         Typed{"許可", "allow"},
		Deny:          Typed{"拒否", "deny"},
		Yes:           Typed{"はい", "yes", "y"},
		Choices: ChoicesText{
			WhatFor:      Choice{Typed{"for", "用途"}, "用途 (Data 360、ホスト型 MCP など) を選ぶなら、代わりに for と入力してください。"},
			NoApp:        Choice{Typed{"?", "help", "ヘルプ"}, "アプリがまだないなら、代わりに ? と入力すると作り方を表示します。"},
			Metadata:     Choice{Typed{"ファイル", "files"}, "「ファイル」(files) と入力すると、アプリを Salesforce CLI 用のメタデータに書き出します。"},
			Help:         Choice{Typed{"?", "help", "ヘルプ"}, "? と入力すると、ほかに入力できるものがわかります。"},
			MoreTime:     Choice{Typed{"+", "more", "延長"}, "+ と入力すると 5 分延長します。"},
			Open:         Choice{Typed{"開く", "open"}, "「開く」(open) と入力すると、ブラウザーを開き直します。"},
			Error:        Choice{Typed{"エラー", "error"}, "「エラー」(error) と入力すると、ブラウザーに出ているエラーの意味を調べます。"},
			App:          Choice{Typed{"アプリ", "app"}, "「アプリ」(app) と入力すると、コンシューマー鍵、秘密、コールバック URL、スコープを指定し直せます。"},
			Org:          Choice{Typed{"組織", "org"}, "「組織」(org) と入力すると、別のログイン先を指定できます。"},
			Retry:        Choice{Typed{"再試行", "retry"}, "「再試行」(retry) と入力すると、もう一度試します。"},
			Paste:        Choice{Typed{"貼り付け", "paste"}, "「貼り付け」(paste) と入力すると、待ち受けずに応答を貼り付けて続けます。"},
			File:         Choice{Typed{"ファイル", "file"}, "「ファイル」(file) と入力すると、代わりに暗号化ファイルに秘密を保存します。"},
			Quit:         Choice{Typed{"終了", "quit", "exit"}, "「終了」(quit) と入力すると、終了します。"},
			SaveAgain:    Choice{Typed{"再試行", "retry"}, "「再試行」(retry) と入力すると、もう一度保存します。"},
			SaveAsNew:    Choice{Typed{"新規", "new"}, "「新規」(new) と入力すると、今の接続を残し、新しい接続として保存します。"},
			ReplaceSaved: Choice{Typed{"置き換え", "replace"}, "「置き換え」(replace) と入力すると、その接続と置き換えます。"},
			LogInAgain:   Choice{Typed{"やり直し", "again"}, "「やり直し」(again) と入力すると、取り消し、もう一度ログインします。"},
			SaveInFile:   Choice{Typed{"ファイル", "file"}, "「ファイル」(file) と入力すると、代わりに暗号化ファイルに保存します。"},
			Show:         Choice{Typed{"表示", "show"}, "「表示」(show) と入力すると、リフレッシュトークンをここに表示します。"},
			Discard:      Choice{Typed{"破棄", "discard"}, "「破棄」(discard) と入力すると、取り消します。"},
		},
		Columns:        "NAME\tUSER\tDOMAIN\tSTORE\tAUTHORISED",
		VerdictColumns: "NAME\tVERDICT\tREASON",
		Empty:          "接続はまだありません。sfauth を実行してください",
		None:           "なし",
		ByHand:         "sfauth が示すアドレスをどこかのブラウザーで開き、最後に開いたアドレスを貼り付けてください",
		Remove: func(name string) string {
			return name + " を Salesforce で取り消し、sfauth から消します。続けるには「はい」(yes) と入力してください:"
		},
		Nobody:              "ここでは尋ねる相手がいません。--yes を指定してください",
		NothingDone:         "何もしていません",
		Passphrase:          "sfauth の暗号化ファイルのパスフレーズ:",
		PassphraseNew:       "sfauth の暗号化ファイルの新しいパスフレーズ:",
		PassphraseShared:    "PostgreSQL の接続のパスフレーズ:",
		PassphraseNewShared: "PostgreSQL の接続の新しいパスフレーズ:",
		PassphraseAgain:     "もう一度:",

		SickOf: func(n, of int) string { return fmt.Sprintf("有効でない接続: %d/%d 件", n, of) },
		IdleOf: func(n, of int) string { return fmt.Sprintf("未使用の期限が近い接続: %d/%d 件", n, of) },
		SickAndIdle: func(sick, idle, of int) string {
			return fmt.Sprintf("有効でない接続: %d/%d 件、未使用の期限が近い接続: %d/%d 件", sick, of, idle, of)
		},
		Idle: func(unused, left time.Duration) string {
			if left <= 0 {
				return japaneseBriefly(unused) + "間未使用です。新しいアプリでは 30 日で無効になるため、すでに無効かもしれません"
			}
			return japaneseBriefly(unused) + "間未使用です。新しいアプリでは 30 日で無効になるため、あと " + japaneseBriefly(left) + "で無効になるかもしれません"
		},
		Renew: func(name string) string {
			return "sfauth token " + name + " --fresh を実行してください。更新すると 30 日を数え直します"
		},
		Run:         func(command string) string { return command + " を実行してください" },
		OtherFormat: "--format を変えてください。json ならすべて入ります",
		Finishing:   "途中でやめられない処理を終えています…",
	},
	Table: tableText{Name: "名前", User: "ユーザー", Domain: "ログイン先", Store: "保存先", Authorised: "認可", Alive: "最終確認", Verdict: "判定", Idle: "未使用の期限", NotKnown: "不明"},
	Did: didText{
		Connected: func(name, user, store string) string {
			return name + " に接続しました (" + japaneseAs(user) + "保存先: " + store + ")"
		},
		Renewed: func(name, user, store string) string {
			return name + " を認可し直しました (" + japaneseAs(user) + "保存先: " + store + ")"
		},
		Renamed: func(old, new string) string { return old + " の名前を " + new + " に変えました" },
		Moved:   func(name, store string) string { return name + " の保存先: " + store },
		Removed: func(name string) string {
			return name + " を削除し、Salesforce での認可も取り消しました"
		},
		Forgotten: func(name string) string {
			return name + " を sfauth から消しました。認可は Salesforce で有効なままです"
		},
		NotRevoked: func(name string) string {
			return name + " を sfauth から消しましたが、取り消せませんでした。認可は Salesforce で有効なままです"
		},
		Exported: func(name, path string) string {
			return name + " を、自分だけが読める " + path + " に書き出しました"
		},
		TableMade: func(where string) string { return where + " に sfauth のテーブルがあります" },
		Demo:      "これはデモで、何も残りません。自分の組織に接続するには sfauth を実行してください。",
	},
	Doctor: doctorText{
		UseFile: "SFAUTH_STORE=file を設定してください。暗号化ファイルとその鍵はここで使えます",
		KeyFile: "サーバーでは SFAUTH_KEY_FILE を設定してください。パスフレーズでは、コマンドのたびに鍵を導き直します",
		Paste:   "ログインはこれなしでも続けられます。ブラウザーが最後に開いたアドレスを貼り付けてください",
	},
	Commands: japaneseCommands,
	Manual:   japaneseManual,
	Usage: usageText{
		EmptyName:   "NAME が空です",
		NoneSaved:   "接続がまだありません",
		SetUp:       "sfauth を実行して設定してください",
		OldAndNew:   "今の名前と新しい名前の 2 つが必要です",
		WhichStore:  "--store がありません。keychain、file、postgres のどれかを指定してください",
		RemoveWhich: "削除する接続の NAME が必要です",
		TooMuch:     func(word string) string { return "余分な語があります: " + word },
		Unknown:     func(word string) string { return word + " というコマンドも接続もありません" },
		DidYouMean:  func(command string) string { return command + " のことですか?" },
		NeedsScreen: func(name string) string {
			return name + " は保存済みの接続ですが、表示にはターミナルが必要です"
		},
		ForToken: func(name string) string {
			return "アクセストークンは sfauth token " + name + "、確認は sfauth check " + name + " を実行してください"
		},
		Run:   func(command string) string { return command + " を実行してください" },
		Which: func(names string) string { return "どの接続ですか? " + names },
		WhichFormat: func(names string) string {
			return "--format がありません。次のどれかを指定してください: " + names
		},
		NoFlag:             func(flag string) string { return flag + " というフラグはありません" },
		WhichShell:         func(names string) string { return "どのシェルですか? " + names },
		NoValue:            func(flag string) string { return flag + " には値が必要です" },
		NoDuration:         "時間には 90s、5m、36h、7d のように単位が必要です",
		NoIdle:             "0 より長く、新しいアプリの未使用トークンが無効になる 30 日以内にしてください",
		NoStore:            "keychain、file、postgres のどれでもありません",
		NoWait:             "待ち時間になりません",
		NoAge:              "経過時間になりません",
		NoPrefix:           "変数名の先頭に使えません",
		NoRefreshToken:     "受け取るのはアクセストークンだけです",
		NoVariables:        "変数がありません",
		NameThenCommand:    "NAME、--、コマンドの順に必要です",
		NotEverythingWorks: "ここで使えないものがあります",
		OneUseOnly:         "note: 更新トークンの循環が有効だと、2 か所で使うトークンはどちらも無効になります。ツールごとに接続を用意してください",
		NoFault:            "Salesforce はそのようには失敗しません",
		Faults:             "次のどれかを選んでください",
		NoneOf:             func(names string) string { return "次のどれでもありません: " + names },
		NoSuchStore: func(given string) string {
			return "保存先は keychain、file、postgres のどれかです。" + strconv.Quote(given) + " はありません"
		},
		PlainDatabase: func(host string) string {
			return "note: " + host + " の PostgreSQL との接続が暗号化されていません。PGSSLMODE=verify-full を設定してください"
		},
		LoggingTo: func(path string) string { return "ログの出力先: " + path },
		Help:      func(command string) string { return command + " --help を実行してください" },
		ForgottenOnly: func(why string) string {
			return "note: sfauth からは消しましたが、Salesforce で取り消せていません: " + why
		},
		Interrupted: func(signal string) string { return strings.TrimSuffix("中断しました: "+signal, ": ") },
		NoLanguage: func(given string) string {
			return "note: SFAUTH_LANG は en か ja です。" + given + " はないので日本語で続けます"
		},
	},
}

// japaneseAgo says how long ago something was.
func japaneseAgo(d time.Duration) string {
	if d < time.Minute { // a clock that was set back counts as this one
		return "たった今"
	}
	return japaneseBriefly(d) + "前"
}

// japaneseBriefly is a time in whole units of the largest that it has.
func japaneseBriefly(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 365*day:
		return strconv.Itoa(int(d/(365*day))) + " 年"
	case d >= day:
		return strconv.Itoa(int(d/day)) + " 日"
	case d >= time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " 時間"
	}
	return strconv.Itoa(max(1, int(d/time.Minute))) + " 分"
}

// japaneseAs says as whom, where that is known.
func japaneseAs(user string) string {
	if user == "" {
		return ""
	}
	return user + "、"
}

// japaneseDuration is a time as a person says it, in the two largest units.
func japaneseDuration(d time.Duration) string {
	d = d.Round(time.Second)
	if d > 10*time.Minute { // nobody counts the seconds of an hour
		d = d.Round(time.Minute)
	}
	var parts []string
	for _, u := range []struct {
		name string
		n    int
	}{{" 時間", int(d.Hours())}, {" 分", int(d.Minutes()) % 60}, {" 秒", int(d.Seconds()) % 60}} {
		if u.n > 0 {
			parts = append(parts, strconv.Itoa(u.n)+u.name)
		}
	}
	if parts == nil {
		return "0 秒"
	}
	return strings.Join(parts, " ")
}
