package text

import (
	"cmp"
	"strings"

	"sfauth/flow"
)

// Ways through Setup in Japanese, as its own labels spell them (Salesforce Help 005318034 and
// xcloud.shr_external_client_apps, in Japanese). What was not seen in Japanese has its English label beside it.
const (
	jaSetupApp       = "設定 → 外部クライアントアプリケーションマネージャー → アプリを選択"
	jaSetupOAuth     = jaSetupApp + " → [設定] タブ → OAuth"
	jaSetupKey       = jaSetupOAuth + " → コンシューマー鍵と秘密"
	jaSetupCallback  = jaSetupOAuth + " → コールバック URL"
	jaSetupScopes    = jaSetupOAuth + " → OAuth 範囲"
	jaSetupFlows     = jaSetupOAuth + " → フローの有効化"
	jaSetupSecurity  = jaSetupOAuth + " → セキュリティ"
	jaSetupState     = jaSetupApp + " → [設定] タブ → 配信状態"
	jaSetupPermitted = jaSetupApp + " → [ポリシー] タブ → アプリケーションポリシー"
	jaSetupPolicies  = jaSetupApp + " → [ポリシー] タブ → OAuth ポリシー"
	jaSetupUsage     = "設定 → 接続アプリケーションの OAuth の利用状況"
	jaSetupHistory   = "設定 → ログイン履歴"
	jaSetupUsers     = "設定 → ユーザー"
	jaSetupMyDomain  = "設定 → 私のドメイン"
	jaSetupData360   = "設定 → Data Cloud 設定ホーム (Data Cloud Setup Home)"
)

const (
	jaWholeKey           = "コンシューマー鍵を最初から最後の文字までコピーし直してください。"
	jaTryThenReport      = "もう一度試し、繰り返すなら上の内容を添えて sfauth に報告してください。"
	jaOwnMyDomain        = "アプリを作成した組織の [私のドメイン] を使ってください。配信状態が [ローカル] のアプリは、login.salesforce.com を含むほかの場所では通じません。"
	jaStartKeyring       = "デスクトップのない Linux では gnome-keyring-daemon --replace --unlock < FILE を実行してください。FILE にはキーチェーンのパスワードを入れておきます。"
	jaSfShows            = "sf org auth show-sfdx-auth-url --json -o USER の出力を sfauth login --from - に渡してください。"
	jaSfShowed           = "2026 年 5 月より前の版では sf org display --verbose --json を使ってください。"
	jaLetWrite           = "ディスクの空きを増やすか、sfauth のディレクトリに書き込めるようにしてください。"
	jaWhereItIs          = "場所は sfauth doctor で確認してください。"
	jaInstallApp         = "[設定] でアプリをインストールし、アプリケーションポリシーを管理してください。"
	jaFullLicence        = "フルライセンスのユーザーでログインしてください。API のみのユーザーやインテグレーションユーザーは承認できません。"
	jaPasteInstead       = "または、ブラウザーが最後に開いたアドレスを貼り付けて続けてください。"
	jaOtherCallback      = "または、アプリに登録済みの別のコールバック URL を使ってください。"
	jaOwnConnection      = "ツールごとに別の接続を用意してください。循環するトークンを 2 つで共有すると、どちらも使えなくなります。"
	jaLaterAgain         = "数分後にもう一度試してください。"
	jaReport             = "それでも起きるなら sfauth に報告してください。"
	jaOpenAgain          = "sfauth からリンクを開き直すか、全体をコピーしてください。"
	jaAnyPage            = "組織のどれかのページのアドレスをコピーしてください。"
	jaProxyToo           = "プロキシがあるなら HTTPS_PROXY を確認してください。"
	jaSetProxy           = "プロキシがあるなら HTTPS_PROXY を設定してください。"
	jaLogInHere          = "ホテルや列車などのネットワークなら、まずそのネットワークにログインしてください。"
	jaRestore            = "または、ファイルをバックアップから戻してください。"
	jaTryLaterOrDatabase = "もう一度試すか、データベースを確認してください。psql と同じ設定です。"
)

// japaneseChoices are the failures of flow.BrowserKinds as they look in a Japanese browser.
var japaneseChoices = Words[flow.Kind]{
	{flow.KindRedirectURIMismatch, "redirect_uri_mismatch"},
	{flow.KindInvalidClientID, "invalid_client_id"},
	{flow.KindAppNotInstalled, "app must be installed into org"},
	{flow.KindApprovalError, "OAUTH_APPROVAL_ERROR_GENERIC"},
	{flow.KindLocalhostRefused, "localhost にアクセスできない、接続が拒否された"},
	{flow.KindLoginLoop, "ログインが繰り返される、コードを求められる"},
	{flow.KindBlankPage, "空白のページ、404、存在しないページ"},
	{flow.KindCrossOrg, "Cross-org OAuth flows are not supported"},
	{flow.KindAppNotFound, "External client app is not installed in this org"},
	{flow.KindFileDownloaded, "authorize というファイルがダウンロードされただけ"},
	{flow.KindCodeChallengeMissing, "missing required code challenge"},
	{flow.KindBrowserHTTPS, "localhost が安全でないという警告、SSL エラー"},
	{flow.KindInsufficientPrivileges, "権限がありません (Insufficient Privileges)"},
}

// japaneseTrouble is what a kind of failure looks like to a person, in each of its forms.
func japaneseTrouble(k flow.Kind, a About) Trouble {
	t := inJapanese(k, a)
	t.Sentence = t.Title + "。"
	t.Short, t.Long = t.Sentence+t.Fix[0], t.Sentence+t.Meaning
	t.Why, t.Hint = japaneseLine(t.Title), japaneseLine(t.Fix[0])
	return t
}

// japaneseLine is a sentence without its full stop.
func japaneseLine(sentence string) string { return strings.TrimSuffix(sentence, "。") }

func inJapanese(k flow.Kind, a About) Trouble {
	this, login := "この接続", "sfauth login"
	if a.Name != "" {
		this, login = a.Name, "sfauth login "+a.Name
	}
	logOut := a.Logout + " でログアウトするか、リンクをプライベートウィンドウで開いてください。"
	runLogin := login + " を実行して、認可し直してください。"
	switch k {
	// Salesforce's page.
	case flow.KindRedirectURIMismatch:
		return Trouble{
			Title:   "コールバック URL が登録されていません",
			Meaning: "アプリに " + a.Callback + " がありません。Salesforce はスキーム、ホスト、ポート、パス、末尾のスラッシュまで一字一句を照合します。",
			Fix: []string{
				a.Callback + " を、アプリのコールバック URL に 1 行で追加してください。",
				"または、アプリに登録済みのコールバック URL を sfauth に指定してください。",
				"変更の反映には最大 10 分、新しいアプリでは最大 30 分待ってください。",
			},
			Setup: jaSetupCallback,
		}
	case flow.KindInvalidClientID:
		return Trouble{
			Title:   "Salesforce がこのコンシューマー鍵を認識しません",
			Meaning: cmp.Or(a.OddClientID, "鍵の一部が欠けているか、アプリの作成から 30 分経っていないか、"+a.Host+" とは別の組織の鍵です。"),
			Fix: []string{
				jaWholeKey,
				jaOwnMyDomain,
				"新しいアプリなら、最大 30 分待ってください。",
				"リンクをプライベートウィンドウで開いてください。ブラウザーが別の組織にログインしているかもしれません。",
			},
			Setup: jaSetupKey,
		}
	case flow.KindAppNotInstalled:
		return Trouble{
			Title:   "アプリがこの組織にインストールされていません",
			Meaning: "ほかの組織で作成された未インストールのアプリを、Salesforce は止めます。承認する権限を持つユーザーは別です。",
			Fix: []string{
				jaInstallApp,
				"または、未インストールのアプリを承認する権限 (Approve Uninstalled Connected Apps) を持つ権限セットをユーザーに割り当ててください。",
				"要求するすべてのスコープがアプリにあるか確認してください。",
				jaFullLicence,
			},
			Setup: jaSetupUsage,
		}
	case flow.KindApprovalError:
		return Trouble{
			Title:   "Salesforce が承認を完了できませんでした",
			Meaning: "このエラーには複数の原因があります。アプリが未インストール、スコープの不足、またはユーザーに承認する権限がありません。",
			Fix: []string{
				jaInstallApp,
				"足りないスコープをアプリに追加するか、スコープを空にしてアプリの全スコープを要求してください。",
				jaFullLicence,
				"API アクセス制御が有効なら、ユーザーに Use Any API Client 権限を割り当ててください。",
			},
			Setup: jaSetupUsage,
		}
	case flow.KindCodeChallengeMissing:
		return Trouble{
			Title:   "リンクに PKCE のチャレンジがありません",
			Meaning: "アプリは PKCE を要求し、sfauth は必ず送ります。リンクがコピーの際に途中で切れたのでしょう。",
			Fix:     []string{jaOpenAgain, "リンクが全部そろっていたなら sfauth に報告してください。"},
		}
	case flow.KindInsufficientPrivileges:
		return Trouble{
			Title:   "このセッションではアプリを承認できません",
			Meaning: "ほかのユーザーとして代理ログインしているシステム管理者に、Salesforce はこのエラーを表示します。",
			Fix:     []string{logOut, "トークンを使うユーザー本人でログインしてください。"},
		}
	case flow.KindCrossOrg:
		return Trouble{
			Title:   "アプリは別の組織のものです",
			Meaning: "配信状態が [ローカル] のアプリは、作成した組織でしか使えません。ブラウザーが別の組織にログインしたままのことがよくあります。",
			Fix:     []string{logOut, jaOwnMyDomain, "ほかの組織でも使うなら、アプリをパッケージ化してください。"},
			Setup:   jaSetupState,
		}
	case flow.KindAppNotFound:
		return Trouble{
			Title:   "アプリがこの組織にありません",
			Meaning: a.Host + " にそのような外部クライアントアプリケーションがありません。別の組織のものか、パッケージが未インストールです。",
			Fix: []string{
				jaOwnMyDomain,
				"パッケージで配布されるアプリなら、インストールしてください。",
				"Sandbox を更新した後は作り直してください。コピーされるのはパッケージのアプリだけです。",
			},
			Setup: jaSetupApp,
		}
	case flow.KindBlankPage:
		return Trouble{
			Title:   "ページが空白か、存在しません",
			Meaning: "ログインページに届いていません。アドレスが途中で切れたか、" + a.Host + " がログイン用のホストではありません。",
			Fix: []string{
				jaOpenAgain,
				"組織のアドレスを確認してください。" + a.Host + " は組織の [私のドメイン] でなければなりません。",
				"拡張機能のないプライベートウィンドウを試してください。",
			},
		}
	case flow.KindLoginLoop:
		return Trouble{
			Title:   "ログインが完了しません",
			Meaning: "ブラウザーと組織の間の問題です。パスワード、確認コード、シングルサインオン、または凍結されたユーザーが考えられます。",
			Fix: []string{
				"プライベートウィンドウか別のブラウザーを試してください。",
				"先に " + a.Host + " へ普通にログインしてから、リンクを開き直してください。",
				"ログイン履歴に何と出ているか、システム管理者に確認してください。",
			},
			Setup: jaSetupHistory,
		}
	case flow.KindFileDownloaded:
		return Trouble{
			Title:   "エラーがファイルとして届きました",
			Meaning: "Salesforce がエラーを文字だけで返し、ブラウザーが authorize という名前のファイルに保存しました。",
			Fix: []string{
				"ファイル authorize をテキストエディターで開き、中身をここに貼り付けてください。",
				"missing required code challenge とあれば、リンクが切れています。sfauth から開き直してください。",
			},
		}
	case flow.KindLocalhostRefused:
		return Trouble{
			Title:   "ブラウザーが sfauth に接続できません",
			Meaning: "アクセスは許可されましたが、ブラウザーが別のマシンにあるか、プロキシやファイアウォールが間にあります。",
			Fix: []string{
				"アドレスバーのアドレス全体を sfauth に貼り付けてください。コードはその中にあります。",
				"または SSH でポートを転送してください: ssh -L " + a.Port + ":localhost:" + a.Port,
				"localhost をプロキシの対象から外してください。",
			},
		}
	case flow.KindBrowserHTTPS:
		return Trouble{
			Title:   "ブラウザーが https で開こうとします",
			Meaning: a.Callback + " が https に変えられました。sfauth は http で待ち受けます。localhost では Salesforce もそれを認めています。",
			Fix: []string{
				"アドレスバーのアドレス全体を sfauth に貼り付けてください。コードはその中にあります。",
				"ブラウザーで localhost への http を許可するか、別のブラウザーを使ってください。",
			},
		}

	// The callback.
	case flow.KindAccessDenied:
		return Trouble{
			Title:   "アクセスが拒否されました",
			Meaning: "Salesforce のページで [拒否] が押されました。",
			Fix:     []string{"もう一度試し、[許可] を押してください。"},
		}
	case flow.KindAppBlocked:
		return Trouble{
			Title:   "アプリがブロックされています",
			Meaning: "組織のシステム管理者がこのアプリをブロックしています。",
			Fix:     []string{"[設定] でアプリのブロックを解除してください。"},
			Setup:   jaSetupUsage,
		}
	case flow.KindAppAccessDenied:
		return Trouble{
			Title:   "このユーザーはこのアプリを使えません",
			Meaning: "アプリを使えるのはシステム管理者が承認したユーザーだけで、このユーザーは含まれていません。",
			Fix: []string{
				"ユーザーのプロファイルか権限セットをアプリに追加してください。",
				"または、許可されているユーザー (Permitted Users) を、全ユーザーが自己承認できる設定にしてください。",
			},
			Setup: jaSetupPermitted,
		}
	case flow.KindInvalidScope:
		return Trouble{
			Title:   "要求したスコープがアプリにありません",
			Meaning: "付与されるのは、アプリで選択されたスコープ (OAuth 範囲) だけです。",
			Fix: []string{
				"スコープをアプリに追加するか、要求するスコープを減らしてください。",
				"スコープを空にすると、アプリの全スコープを要求できます。",
			},
			Setup: jaSetupScopes,
		}
	case flow.KindImmediateUnsuccessful:
		return Trouble{
			Title:   "Salesforce は確認を禁じられていました",
			Meaning: "要求に「誰にも確認しない」とありました。sfauth がそう指定することはないので、リンクが書き換えられています。",
			Fix:     []string{jaOpenAgain, jaReport},
		}
	case flow.KindServerBusy:
		return Trouble{
			Title:   "Salesforce は今、応答できません",
			Meaning: "Salesforce が混雑しているかメンテナンス中です。接続に問題はありません。",
			Fix:     []string{jaLaterAgain, "長引くなら status.salesforce.com を確認してください。"},
		}
	case flow.KindWrongVersion:
		return Trouble{
			Title:   "組織のアプリはバージョンが違います",
			Meaning: "コンシューマー鍵と秘密は、組織にインストールされたものとは別のバージョンのアプリのものです。",
			Fix:     []string{"アプリの現在のバージョンを組織にインストールしてください。"},
			Setup:   jaSetupUsage,
		}

	// The token endpoint.
	case flow.KindCodeExpired:
		return Trouble{
			Title:   "認可コードが無効です",
			Meaning: "コードは 1 回限り、15 分間だけ、発行されたホストとアプリで有効です。",
			Fix:     []string{"ログインを最初からやり直してください。同じコードは 2 度使えません。"},
		}
	case flow.KindCodeCut:
		return Trouble{
			Title:   "認可コードが欠けています",
			Meaning: "Salesforce が認識しません。コピーの際に切れたか変わりました。コードの末尾はたいてい == (URL では %3D%3D) です。",
			Fix:     []string{"ブラウザーが最後に開いたアドレス全体を貼り付けてください。"},
		}
	case flow.KindCodeVerifier:
		return Trouble{
			Title:   "認可コードは別のログインのものです",
			Meaning: "コードが、このログインの PKCE の検証値と一致しません。前のログインのコードかもしれません。",
			Fix:     []string{"古いタブを閉じてから、ログインをやり直してください。", jaReport},
		}
	case flow.KindTokenExpired:
		return Trouble{
			Title:   "接続の再認可が必要です",
			Meaning: "リフレッシュトークンが無効です。取り消し、期限切れ、長期間の未使用、または別の場所での置き換えが原因です。",
			Fix: []string{
				runLogin,
				jaOwnConnection,
				"認可の回数を確認してください。ユーザーとアプリごとに 5 件までで、6 件目で最も古いものが無効になります。",
				"繰り返すなら、アプリの更新トークンポリシーを確認してください。",
			},
			Setup: jaSetupPolicies,
		}
	case flow.KindAlreadyProcessing:
		return Trouble{
			Title:   "別のプログラムがこのトークンを更新中です",
			Meaning: "同じトークンの更新を処理中のため、Salesforce はこの更新を受け付けませんでした。",
			Fix:     []string{"1 分後にもう一度試してください。", "繰り返すなら、ツールごとに別の接続を用意してください。"},
		}
	case flow.KindIPRestricted:
		return Trouble{
			Title:   "この場所か時間帯からはログインできません",
			Meaning: "ユーザーのプロファイルかアプリが、ログインできる IP アドレスや時間帯を制限しています。",
			Fix: []string{
				"アプリの IP 制限を緩和するか、プロファイルの [ログイン IP アドレスの制限] にこのネットワークを追加してください。",
				"プロファイルの [ログイン時間帯の制限] を確認してください。",
				"ノート PC で使うアプリなら、更新トークンの IP 許可リストの適用 (Enforce Refresh Token IP Allowlist) を無効にしてください。",
			},
			Setup: jaSetupPolicies + " → IP 制限の緩和",
		}
	case flow.KindAuthenticationFailure:
		return Trouble{
			Title:   "組織がこのユーザーのログインを認めません",
			Meaning: "ロック中か、パスワードの期限切れか、シングルサインオンのポリシーで止められています。",
			Fix:     []string{"ログイン履歴でこのユーザーの最新の行を確認してください。原因が書かれています。"},
			Setup:   jaSetupHistory,
		}
	case flow.KindInactiveUser:
		return Trouble{
			Title:   "ユーザーが有効ではありません",
			Meaning: "無効化されたか、凍結されています。",
			Fix:     []string{"ユーザーを有効にするか凍結を解除してください。別のユーザーで認可することもできます。"},
			Setup:   jaSetupUsers,
		}
	case flow.KindInactiveOrg:
		return Trouble{
			Title:   "組織が有効ではありません",
			Meaning: "ロックされたか、閉鎖されたか、停止されています。",
			Fix:     []string{"組織のシステム管理者か Salesforce に、再開を依頼してください。"},
		}
	case flow.KindClientCredentials:
		return Trouble{
			Title:   "Salesforce が鍵と秘密を受け付けません",
			Meaning: "コンシューマーの秘密が間違っているか、再生成されたか、必要なのに空です。ホストの誤りも考えられます。",
			Fix: []string{
				"コンシューマーの秘密を、全体をコピーし直してください。",
				jaOwnMyDomain,
				"秘密が正しいなら、認可し直してください。認可が取り消されたのかもしれません。",
			},
			Setup: jaSetupKey,
		}
	case flow.KindUnsupportedGrant:
		return Trouble{
			Title:   "Salesforce はこの種類の要求に対応しません",
			Meaning: "アプリか組織で、このフローが無効になっているようです。そうでなければ sfauth の要求の誤りです。",
			Fix: []string{
				"アプリの OAuth が有効で、フローが組織で許可されているか確認してください。",
				"どちらも有効なら sfauth に報告してください。",
			},
			Setup: jaSetupFlows,
		}
	case flow.KindRateLimit:
		return Trouble{
			Title:   "ログインか要求が多すぎます",
			Meaning: "1 時間あたりのログイン数の上限に達したか、このネットワークからの要求が多すぎます。更新もログインに数えます。",
			Fix:     []string{"1 時間待ってから、もう一度試してください。", "何が頻繁にログインしているか、ログイン履歴で調べてください。"},
			Setup:   jaSetupHistory,
		}
	case flow.KindRetryRequest:
		return Trouble{
			Title:   "Salesforce が再試行を求めています",
			Meaning: "理由は示されていません。繰り返すなら、アプリは " + a.Host + " とは別の組織のものかもしれません。",
			Fix:     []string{"1 分後にもう一度試してください。", jaOwnMyDomain},
		}
	case flow.KindOrgGone:
		return Trouble{
			Title:   "組織がもうありません",
			Meaning: "削除または期限切れの Scratch 組織、トライアル組織、Sandbox は Data Not Available と答えます。",
			Fix:     []string{"別の組織への接続を設定してください。この組織は元に戻せません。"},
		}
	case flow.KindScratchExpired:
		return Trouble{
			Title:   "組織として応答していません",
			Meaning: "期限切れの Scratch 組織は、ステータス 420 を返します。",
			Fix:     []string{"組織がまだあるはずなら、後でもう一度試してください。", "期限切れなら、別の組織への接続を設定してください。"},
		}
	case flow.KindInvalidRequest:
		return Trouble{
			Title:   "Salesforce が要求を理解できませんでした",
			Meaning: "sfauth の要求に不足や誤りがあったか、リンクがコピーの際に途中で切れました。",
			Fix:     []string{jaTryThenReport},
		}
	case flow.KindNoRefreshToken:
		return Trouble{
			Title:   "リフレッシュトークンが発行されませんでした",
			Meaning: "アプリにスコープ refresh_token がないか、ポリシーで即座に期限切れになります。full には含まれません。",
			Fix: []string{
				"アプリの OAuth 範囲に「いつでも要求を実行 (refresh_token, offline_access)」を追加してください。",
				"更新トークンポリシーが「すぐに期限切れにする」なら、変更してください。",
			},
			Setup: jaSetupScopes,
		}
	case flow.KindData360Scope:
		return Trouble{
			Title:   "この接続では Data 360 を使えません",
			Meaning: "アクセストークンに Data 360 のスコープがありません。なしで認可されたか、アプリの OAuth 範囲にありません。",
			Fix: []string{
				login + " --scope data360 を実行して、認可し直してください。",
				"その前に、アプリの OAuth 範囲に cdp_query_api と cdp_ingest_api を追加してください。",
				"アプリを変更したら、最大 10 分待ってください。",
			},
			Setup: jaSetupScopes,
		}
	case flow.KindData360Missing:
		return Trouble{
			Title:   "組織に Data 360 がありません",
			Meaning: "この組織はトークンを Data 360 用に交換しません。Data 360 がないか、別の組織にあります。",
			Fix: []string{
				"組織で Data 360 を設定するか、Data 360 のある組織への接続を使ってください。",
				"設定中なら、完了まで待ってください。それまでインスタンスはありません。",
			},
			Setup: jaSetupData360,
		}
	case flow.KindData360Refused:
		return Trouble{
			Title:   "Data 360 がこのユーザーを受け付けません",
			Meaning: "新しいアクセストークンでも、このユーザーのトークンは Data 360 用に交換されませんでした。",
			Fix: []string{
				"ユーザーに Data 360 の権限セット (Data Cloud User など) を割り当ててください。",
				"割り当て済みなら、認可し直してください: " + login + " --scope data360",
			},
			Setup: jaSetupUsers + " → 権限セットの割り当て",
		}
	case flow.KindBadAnswer:
		return Trouble{
			Title:   "応答を解釈できません",
			Meaning: a.Host + " か途中の何かが返したものは、正しい応答ではありません。メンテナンス、プロキシ、またはホストの誤りです。",
			Fix: []string{
				jaLaterAgain,
				a.Host + " が組織の [私のドメイン] か確認してください。",
				jaProxyToo,
			},
		}

	// What was typed.
	case flow.KindDomainEmpty:
		return Trouble{
			Title:   "アドレスがまだありません",
			Meaning: "どこにログインするかを sfauth に教えてください。",
			Fix:     []string{"[私のドメイン] を入力するか、組織のどれかのページのアドレスを貼り付けてください。"},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainInvalid:
		return Trouble{
			Title:   "これはアドレスではありません",
			Meaning: "ログイン先は acme.my.salesforce.com のようなホストです。ユーザー名やパスワードは含みません。",
			Fix:     []string{"ブラウザーのアドレスバーからコピーしてください。組織のどのページでもかまいません。"},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainNotHTTPS:
		return Trouble{
			Title:   "アドレスが https ではありません",
			Meaning: "秘密は https でしか送りません。http を使えるのは、このマシンのテストサーバーだけです。",
			Fix:     []string{"同じアドレスを https:// で指定してください。"},
		}
	case flow.KindDomainInstanced:
		return Trouble{
			Title:   "組織ではなくサーバーのアドレスです",
			Meaning: "na44.salesforce.com のようなアドレスは組織の移動で変わり、そこでのログインは廃止されます。",
			Fix:     []string{"acme.my.salesforce.com のような [私のドメイン] を使ってください。"},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainNoOrg:
		return Trouble{
			Title:   "組織の名前がありません",
			Meaning: "組織のアドレスは、acme.my.salesforce.com の acme のように、組織の名前で始まります。",
			Fix:     []string{jaAnyPage + "名前が含まれています。", "Sandbox は acme--uat のように、組織の名前を付けて指定してください。"},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainID:
		return Trouble{
			Title:   "アドレスではなく ID か鍵かトークンです",
			Meaning: "ログイン先は組織の [私のドメイン] で決まります。何も照会していません。",
			Fix:     []string{jaAnyPage},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainUsername:
		return Trouble{
			Title:   "アドレスではなくユーザー名です",
			Meaning: "ログイン先は組織の [私のドメイン] で決まります。ユーザー名は後でブラウザーに入力します。",
			Fix:     []string{jaAnyPage},
			Setup:   jaSetupMyDomain,
		}
	case flow.KindDomainForeign:
		return Trouble{
			Title:   "Salesforce のホストではありません",
			Meaning: "サイトは独自のドメインを持てます。" + a.Host + " の持ち主が、パスワード、アプリの秘密、トークンを受け取ります。",
			Fix:     []string{"アドレスを一字ずつ確認するか、acme.my.salesforce.com のような [私のドメイン] を使ってください。"},
		}
	case flow.KindDomainImitates:
		return Trouble{
			Title:   "Salesforce に似せた別のホストです",
			Meaning: a.Host + " の持ち主が、パスワード、アプリの秘密、トークンを受け取ります。このような名前はそのために作られます。",
			Fix:     []string{"acme.my.salesforce.com のような [私のドメイン] を使ってください。持ち主を確かに知っている場合は別です。"},
		}
	case flow.KindClientIDEmpty:
		return Trouble{
			Title:   "コンシューマー鍵がまだありません",
			Meaning: "どのアプリがアクセスを求めるかを Salesforce に伝えるものです。",
			Fix:     []string{"アプリの設定からコンシューマー鍵をコピーしてください。"},
			Setup:   jaSetupKey,
		}
	case flow.KindClientIDBlank:
		return Trouble{
			Title:   "コンシューマー鍵の途中に空白があります",
			Meaning: "コンシューマー鍵はひと続きの文字列です。余分なものをコピーしたか、2 行に分かれています。",
			Fix:     []string{jaWholeKey},
			Setup:   jaSetupKey,
		}
	case flow.KindRedirectURIInvalid:
		return Trouble{
			Title:   "このコールバック URL は使えません",
			Meaning: "http://localhost で始まる必要があります。応答を自分で貼り付けるなら https:// も使えます。",
			Fix:     []string{"http://localhost:1717/OauthRedirect のように、アプリのコールバック URL をそのまま入力してください。"},
			Setup:   jaSetupCallback,
		}
	case flow.KindScopeInvalid:
		return Trouble{
			Title:   "これはスコープではありません",
			Meaning: "スコープは api や refresh_token のような名前で、空白で区切ります。",
			Fix:     []string{"スコープの名前を、[設定] のかっこ内の表記で入力してください。"},
			Setup:   jaSetupScopes,
		}
	case flow.KindScopeNoRefresh:
		return Trouble{
			Title:   "これではリフレッシュトークンを得られません",
			Meaning: "refresh_token を要求したときだけ発行されます。full には含まれません。",
			Fix:     []string{"スコープに refresh_token を加えてください。full の場合も必要です。"},
		}
	case flow.KindNameInvalid:
		return Trouble{
			Title:   "この名前は使えません",
			Meaning: "使えるのは a-z、0-9、ドット、ハイフン、アンダースコアで、1 から 64 文字です。",
			Fix:     []string{"acme-uat のような別の名前にしてください。"},
		}
	case flow.KindNameTaken:
		return Trouble{
			Title:   "同じ名前の接続があります",
			Meaning: this + " は保存済みで、上書きしません。",
			Fix:     []string{"別の名前にするか、" + login + " でその接続を認可し直してください。"},
		}
	case flow.KindNoConnection:
		return Trouble{
			Title:   "接続" + spaced(a.Name) + "がありません",
			Meaning: cmp.Or(a.Name, "その名前") + " という名前では何も保存されていません。",
			Fix:     []string{"sfauth list で名前を確認してください。", "新しく作るなら " + login + " を実行してください。"},
		}

	// The listener.
	case flow.KindPortBusy:
		return Trouble{
			Title:   "ポート " + a.Port + " は使用中です",
			Meaning: "別のプログラムが待ち受けており、sfauth 宛ての応答を受け取るおそれがあるため、開始しません。",
			Fix: []string{
				"そのプログラム (別の sfauth や sf login など) を終了し、もう一度試してください。",
				jaOtherCallback,
				jaPasteInstead,
			},
			Setup: jaSetupCallback,
		}
	case flow.KindPortPrivileged:
		return Trouble{
			Title:   "ポート " + a.Port + " は権限が足りません",
			Meaning: "1024 未満のポートは、システムの管理者しか使えません。",
			Fix: []string{
				"1024 以上のポートのコールバック URL をアプリに登録して使ってください。",
				jaPasteInstead,
			},
			Setup: jaSetupCallback,
		}
	case flow.KindPortReserved:
		return Trouble{
			Title:   "ポート " + a.Port + " は Windows が予約しています",
			Meaning: "Hyper-V、WSL、Docker などが予約した範囲にあります。何も動いていなくても使えません。",
			Fix: []string{
				"別のポートのコールバック URL をアプリに登録して使ってください。",
				jaPasteInstead,
				"予約された範囲は netsh int ipv4 show excludedportrange tcp で確認してください。",
			},
			Setup: jaSetupCallback,
		}
	case flow.KindListenFailed:
		return Trouble{
			Title:   "ポート " + a.Port + " で待ち受けできません",
			Meaning: "システムが、" + a.Callback + " でブラウザーの応答を受け取ることを許しません。",
			Fix: []string{
				"アプリに登録済みの別のコールバック URL を使ってください。",
				jaPasteInstead,
			},
			Setup: jaSetupCallback,
		}

	// While a person is waited for.
	case flow.KindPasteAuthorizeURL:
		return Trouble{
			Title:   "これは開くためのアドレスです",
			Meaning: "必要なのは、[許可] を押した後にブラウザーが最後に開いたアドレスです。",
			Fix:     []string{a.Callback + " で始まるアドレスを貼り付けてください。"},
		}
	case flow.KindPasteNoCode:
		return Trouble{
			Title:   "認可コードが含まれていません",
			Meaning: "ブラウザーが最後に開いたアドレスには code= があります。",
			Fix:     []string{a.Callback + " で始まるアドレス全体を貼り付けてください。"},
		}
	case flow.KindPasteCut:
		return Trouble{
			Title:   "応答の最初の部分だけです",
			Meaning: "どのログインへの応答かを示す state のある、後半がありません。",
			Fix:     []string{"続きを貼り付けるか、アドレス全体を貼り付け直してください。"},
		}
	case flow.KindPasteWrongState:
		return Trouble{
			Title:   "これは別のログインへの応答です",
			Meaning: "古いリンクから作られたものです。sfauth は現在のログインへの応答だけを受け付けます。",
			Fix:     []string{"現在のリンクを開いてアクセスを許可し、最後に開いたアドレスを貼り付けてください。"},
		}
	case flow.KindTimeout:
		return Trouble{
			Title:   "時間内にアクセスが許可されませんでした",
			Meaning: "応答がありませんでした。Salesforce のエラーの多くはブラウザーにだけ表示されます。何が出ていますか?",
			Fix: []string{
				"ブラウザーを見てください。エラーが出ていれば e を押すと原因が分かります。",
				"もう一度試し、ブラウザーでアクセスを許可してください。",
			},
		}

	// What came back.
	case flow.KindIssuer:
		return Trouble{
			Title:   "応答の発行元が違います",
			Meaning: "応答は " + a.Host + " ではない別のホストから来たと示しています。そこには何も送っていません。",
			Fix:     []string{"ログインする組織の [私のドメイン] を使って、もう一度試してください。"},
		}
	case flow.KindSignature:
		return Trouble{
			Title:   "応答の署名が正しくありません",
			Meaning: "Salesforce はコンシューマーの秘密で署名します。秘密がアプリのものではないか、応答が途中で変えられています。",
			Fix: []string{
				"コンシューマーの秘密を、全体をコピーし直してください。",
				"アプリが秘密を要求しないなら、空にしてください。",
			},
			Setup: jaSetupKey,
		}
	case flow.KindForeignHost:
		return Trouble{
			Title:   "応答が Salesforce 以外を指しています",
			Meaning: "Salesforce のものではないホストが書かれています。sfauth はそこにトークンを送らず、応答も残しません。",
			Fix: []string{
				a.Host + " が組織のアドレスか確認してください。",
				"正しいなら sfauth に報告してください。",
			},
		}
	case flow.KindOtherUser:
		return Trouble{
			Title:   "別のユーザーか組織です",
			Meaning: this + " は何も上書きしていません。",
			Fix:     []string{a.Logout + " でログアウトし、" + this + " のユーザーで認可してください。"},
		}
	case flow.KindNotSalesforce:
		return Trouble{
			Title:   a.Host + " は Salesforce のログインページではありません",
			Meaning: "応答はありますが、Salesforce のログイン用ホストの応答ではありません。",
			Fix:     []string{"acme.my.salesforce.com のような [私のドメイン] を使ってください。"},
		}
	case flow.KindTruncated:
		return Trouble{
			Title:   "応答が途中で切れました",
			Meaning: a.Host + " か途中の何かが、応答の途中で接続を切りました。送ったものを自動で送り直すことはしません。",
			Fix:     []string{jaLaterAgain},
		}

	// The way there.
	case flow.KindUnreachable:
		return Trouble{
			Title:   a.Host + " に接続できません",
			Meaning: "ネットワークがないか、途中の何かが sfauth を通しません。",
			Fix:     []string{"ネットワークを確認し、もう一度試してください。", jaSetProxy},
		}
	case flow.KindNoHost:
		return Trouble{
			Title:   a.Host + " というホストはありません",
			Meaning: "このマシンが使うネームサーバーでは見つかりません。",
			Fix: []string{
				a.Host + " のつづりを確認してください。",
				"正しければ、ネットワークを確認してください。",
				jaSetProxy,
			},
		}
	case flow.KindRefused:
		return Trouble{
			Title:   a.Host + " で待ち受けているものがありません",
			Meaning: "接続が拒否されました。",
			Fix:     []string{a.Host + " のつづりを確認してください。", "正しければ、数分後にもう一度試してください。"},
		}
	case flow.KindReset:
		return Trouble{
			Title:   a.Host + " との接続が切れました",
			Meaning: "応答が来る前に閉じられました。送ったものを自動で送り直すことはしません。",
			Fix:     []string{jaLaterAgain, jaProxyToo},
		}
	case flow.KindNoAnswer:
		return Trouble{
			Title:   "Salesforce が時間内に応答しませんでした",
			Meaning: a.Host + " に接続した後、何も返りませんでした。送ったものを自動で送り直すことはしません。",
			Fix:     []string{jaLaterAgain, jaProxyToo},
		}
	case flow.KindTLS:
		return Trouble{
			Title:   a.Host + " が HTTPS に応じません",
			Meaning: "安全な接続を始められない相手です。別のプログラムか、このネットワークのログインページです。",
			Fix:     []string{jaLogInHere, a.Host + " のつづりを確認してください。"},
		}
	case flow.KindCAUnknown:
		return Trouble{
			Title:   a.Host + " の証明書が信頼されていません",
			Meaning: "このマシンが信頼する発行者の署名がありません。通信を検査するプロキシが原因のことが多いです。",
			Fix:     []string{"社内などの証明書があれば、そのファイルを SSL_CERT_FILE に設定してください。"},
		}
	case flow.KindCAFile:
		return Trouble{
			Title:   "SSL_CERT_FILE のファイルを使えません",
			Meaning: "信頼する証明書のファイルがないか、PEM 形式の証明書がありません。" + a.Host + " を信頼できませんでした。",
			Fix:     []string{"SSL_CERT_FILE に PEM 形式の証明書のファイルを設定するか、設定を消してください。"},
		}
	case flow.KindCertificateName:
		return Trouble{
			Title:   "証明書が " + a.Host + " のものではありません",
			Meaning: "別の名前の証明書です。別のものが応答しています。",
			Fix:     []string{jaLogInHere, a.Host + " のつづりを確認してください。"},
		}
	case flow.KindCertificateExpired:
		return Trouble{
			Title:   a.Host + " の証明書が有効期間外です",
			Meaning: "このマシンの時計では、期限が切れているか、まだ始まっていません。",
			Fix:     []string{"このマシンの日付と時刻を確認してください。"},
		}
	case flow.KindProxyInvalid:
		return Trouble{
			Title:   "HTTPS_PROXY のプロキシがアドレスではありません",
			Meaning: "設定されたプロキシを sfauth が迂回することはありません。何も送っていません。",
			Fix:     []string{"HTTPS_PROXY に http://proxy.example:8080 のようなアドレスを設定するか、設定を消してください。"},
		}
	case flow.KindProxyDown:
		return Trouble{
			Title:   "プロキシに接続できません",
			Meaning: "HTTPS_PROXY が指す場所から応答がありません。何も送っていません。",
			Fix:     []string{"HTTPS_PROXY を確認してください。プロキシが不要なら設定を消してください。"},
		}
	case flow.KindProxyTLS:
		return Trouble{
			Title:   "プロキシが HTTPS に応じません",
			Meaning: "HTTPS_PROXY は https:// で始まりますが、相手が HTTPS に応じないか、証明書が信頼されていません。",
			Fix:     []string{"HTTPS_PROXY を http:// にしてください。プロキシを通る通信は、それでも HTTPS です。"},
		}
	case flow.KindProxyPassword:
		return Trouble{
			Title:   "プロキシがパスワードを求めています",
			Meaning: "HTTPS_PROXY のプロキシはパスワードなしでは通さないか、指定されたものを受け付けません。",
			Fix:     []string{"HTTPS_PROXY に http://USER:PASSWORD@proxy.example:8080 のように設定してください。"},
		}
	case flow.KindProxyRefuses:
		return Trouble{
			Title:   "プロキシが sfauth を通しません",
			Meaning: "HTTPS_PROXY のプロキシが " + a.Host + " への接続を拒否しました。",
			Fix:     []string{"プロキシの管理者に、" + a.Host + " を許可するよう依頼してください。"},
		}

	// The keychain.
	case flow.KindKeychainNoBus:
		return Trouble{
			Title:   "このセッションにはキーチェーンがありません",
			Meaning: "キーチェーンには D-Bus セッションが必要です。SSH、コンテナ、cron にはたいていありません。",
			Fix: []string{
				"デスクトップで sfauth を実行するか、新しい接続を暗号化ファイルに保存してください: sfauth login --store file",
				"デスクトップがなければ、dbus-run-session -- sh を実行し、その中で次を実行してください。",
				jaStartKeyring,
			},
		}
	case flow.KindKeychainNoProvider:
		return Trouble{
			Title:   "キーチェーンが動いていません",
			Meaning: "D-Bus セッションはありますが、秘密を保管するプログラムがありません。",
			Fix: []string{
				"GNOME Keyring、KWallet、KeePassXC のどれかを起動するか、暗号化ファイルに保存してください: sfauth login --store file",
				jaStartKeyring,
			},
		}
	case flow.KindKeychainNoCollection:
		return Trouble{
			Title:   "キーチェーンに保存先がまだありません",
			Meaning: "動いていますが、既定のコレクションがありません。",
			Fix: []string{
				"キーチェーンのプログラムで Login という名前のキーリングを作るか、暗号化ファイルを使ってください: sfauth login --store file",
				jaStartKeyring,
			},
		}
	case flow.KindKeychainNoDefault:
		return Trouble{
			Title:   "既定のキーチェーンがありません",
			Meaning: "macOS に新しい秘密の保存先がありません。どのキーチェーンも既定になっていません。",
			Fix: []string{
				"security default-keychain -s login.keychain-db を実行し、もう一度試してください。",
				"または、新しい接続を暗号化ファイルに保存してください: sfauth login --store file",
			},
		}
	case flow.KindKeychainNoFile:
		return Trouble{
			Title:   "キーチェーンのファイルがないか、壊れています",
			Meaning: "macOS はキーチェーンの名前を知っていますが、そのファイル (通常は ~/Library/Keychains の中) を使えません。",
			Fix: []string{
				"security list-keychains で場所を調べるか、新しい接続を暗号化ファイルに保存してください: sfauth login --store file",
				"バックアップから元に戻してください。なければ、ログアウトしてログインし直すと、macOS が新しいキーチェーンを用意します。",
			},
		}
	case flow.KindKeychainNoLogin:
		return Trouble{
			Title:   "このセッションにはログインのキーチェーンがありません",
			Meaning: "macOS のキーチェーンは、ログインしたユーザーのものです。デーモン、cron、root にはたいていありません。",
			Fix:     []string{"この Mac にログインしているユーザーとして sfauth を実行するか、新しい接続を暗号化ファイルに保存してください: sfauth login --store file"},
		}
	case flow.KindKeychainUnavailable:
		return Trouble{
			Title:   "ここではキーチェーンを使えません",
			Meaning: "このセッションでは応答しません。中身は何も変えていません。",
			Fix:     []string{"自分のデスクトップで sfauth を実行するか、新しい接続を暗号化ファイルに保存してください: sfauth login --store file"},
		}
	case flow.KindKeychainNoWindow:
		return Trouble{
			Title:   "キーチェーンはここでは確認を求められません",
			Meaning: "先にウィンドウで確認が必要ですが、このセッションではウィンドウを開けません。秘密はすべて残っています。",
			Fix: []string{
				"このセッションで security unlock-keychain を実行し、もう一度試してください。",
				"または、Mac 本体のターミナルで sfauth を一度実行し、「常に許可」と答えてください。",
			},
		}
	case flow.KindKeychainLocked:
		return Trouble{
			Title:   "キーチェーンがロックされています",
			Meaning: "秘密を読み書きするには、ロックの解除が必要です。中身はすべて残っています。",
			Fix: []string{"キーチェーンのロックを解除し、もう一度試してください。",
				"デスクトップのない Linux では gnome-keyring-daemon --replace --unlock < FILE を実行してください (FILE にパスワード)。Mac では security unlock-keychain です。",
			},
		}
	case flow.KindKeychainAsks:
		return Trouble{
			Title:   "キーチェーンはプログラムごとに確認を求めます",
			Meaning: "KeePassXC は先に人に確認します。スクリプトには答える人がいないかもしれないため、確認は出していません。",
			Fix: []string{
				"KeePassXC の設定の「シークレットサービス統合」で、「クライアントがパスワードを取得する際に確認する」を無効にしてください。",
				"または、コマンドなしで sfauth を実行してください。そこでは確認のウィンドウが開きます。",
			},
		}
	case flow.KindKeychainDenied:
		return Trouble{
			Title:   "キーチェーンがアクセスを拒否しました",
			Meaning: "確認に「いいえ」と答えたか、sfauth にこのキーチェーンの使用が許可されていません。",
			Fix:     []string{"もう一度試し、sfauth にキーチェーンの使用を許可してください。"},
		}
	case flow.KindKeychainTimeout:
		return Trouble{
			Title:   "キーチェーンが応答しません",
			Meaning: "要求は届きましたが、返事がありません。何も失われていません。",
			Fix: []string{
				"もう一度試してください。応答しないままなら、ログアウトしてログインし直してください。",
				"キーチェーンの確認ウィンドウがどこかに開いていれば、答えてください。",
			},
		}
	case flow.KindKeychainUnanswered:
		return Trouble{
			Title:   "キーチェーンの確認に答えがありません",
			Meaning: "確認ウィンドウが、ほかのウィンドウの後ろに隠れているかもしれません。何も失われていません。",
			Fix:     []string{"もう一度試し、キーチェーンのウィンドウに答えてください。"},
		}
	case flow.KindKeychainTooBig:
		return Trouble{
			Title:   "キーチェーンには大きすぎます",
			Meaning: "秘密とトークンの合計が、キーチェーンの上限を超えています。",
			Fix: []string{
				"アプリの「指定ユーザー向けの JSON Web トークン (JWT) ベースのアクセストークンの発行」を無効にし、認可し直してください。",
				"無効になっているなら sfauth に報告してください。",
			},
			Setup: jaSetupSecurity,
		}
	case flow.KindKeychainNotStored:
		return Trouble{
			Title:   "キーチェーンに保存されていません",
			Meaning: "成功と返りましたが、書いたものがありません。確認が答えずに閉じられたときによく起こります。",
			Fix:     []string{"もう一度試し、キーチェーンの確認に答えてください。"},
		}
	case flow.KindKeychainMissing:
		return Trouble{
			Title:   "秘密がキーチェーンにありません",
			Meaning: this + " は一覧にありますが、秘密が削除されたか、別のユーザーやマシンのキーチェーンにあります。",
			Fix:     []string{runLogin},
		}
	case flow.KindKeychainCorrupt:
		return Trouble{
			Title:   "保存された秘密を読めません",
			Meaning: this + " として何かが保存されていますが、sfauth が書いたものではありません。",
			Fix:     []string{runLogin},
		}
	case flow.KindSaveFailed:
		return Trouble{
			Title:   "接続を保存できませんでした",
			Meaning: "必要なものはすべて取得済みで、sfauth が動いている間は保持しています。",
			Fix: []string{
				"原因を取り除いてから、もう一度試してください。",
				"終了する前にリフレッシュトークンをコピーしてください。Salesforce は 2 度と表示しません。",
			},
		}
	case flow.KindTokenLost:
		return Trouble{
			Title:   "リフレッシュトークンが使い切られました",
			Meaning: "Salesforce が新しいリフレッシュトークンに置き換えましたが、保存できませんでした。古いものは使用済みです。",
			Fix:     []string{runLogin},
		}
	case flow.KindCheckRefused:
		return Trouble{
			Title:   "Salesforce がこの確認に応じません",
			Meaning: "組織が、アプリ自身のリフレッシュトークンを調べることを認めていません。接続に問題があるとは限りません。",
			Fix:     []string{"更新して確認してください: " + strings.TrimSpace("sfauth token "+a.Name) + " --fresh"},
		}
	case flow.KindHeldNothing:
		return Trouble{
			Title:   "リフレッシュトークンが見つかりません",
			Meaning: "sfauth は sfdx-url、変数、JSON、YAML、curl コマンド、Postman の書き出しを読みますが、ここにはありませんでした。",
			Fix:     []string{"トークンのあるファイルを選ぶか、sfauth login を実行してブラウザーで取得してください。"},
		}
	case flow.KindHeldTooLong:
		return Trouble{
			Title:   "ファイルが長すぎます",
			Meaning: "sfauth が読むのは、設定やコマンドは 256 KB まで、JSON は 4 MB までです。その中にリフレッシュトークンはありませんでした。",
			Fix:     []string{"リフレッシュトークンのある部分を、別のファイルに写してください。"},
		}
	case flow.KindHeldAccessToken:
		return Trouble{
			Title:   "これはアクセストークンです",
			Meaning: "数時間で期限が切れ、更新できません。引き継げるのはリフレッシュトークンです。",
			Fix:     []string{"sfauth login を実行し、ブラウザーでリフレッシュトークンを取得してください。"},
		}
	case flow.KindHeldEncrypted:
		return Trouble{
			Title:   "トークンは Salesforce CLI が暗号化しています",
			Meaning: "鍵は Salesforce CLI だけの場所にあり、このファイルだけでは開けません。",
			Fix:     []string{jaSfShows, jaSfShowed},
		}
	case flow.KindHeldRedacted:
		return Trouble{
			Title:   "トークンは Salesforce CLI が伏せています",
			Meaning: "sf org display は、もう秘密を表示しません。",
			Fix:     []string{jaSfShows},
		}
	case flow.KindHeldAsks:
		return Trouble{
			Title:   "このファイルにトークンはなく、sfauth から得ています",
			Meaning: "sfauth に接続がある限り動き、トークンを持つ必要はありません。",
			Fix:     []string{"このマシンに接続がなければ、sfauth login を実行して設定してください。"},
		}
	case flow.KindHeldAlready:
		return Trouble{
			Title:   "同じトークンの接続がすでにあります",
			Meaning: "循環するトークンを 2 か所に保存すると、どちらの接続も使えなくなります。",
			Fix:     []string{this + " を使ってください。"},
		}
	case flow.KindNoRoom:
		return Trouble{
			Title:   "何も更新していません",
			Meaning: "更新で得るものの保存先が先に必要ですが、sfauth がファイルを使えません。リフレッシュトークンはまだ有効です。",
			Fix:     []string{jaLetWrite, jaWhereItIs},
		}
	case flow.KindHalfKept:
		return Trouble{
			Title:   "新しいトークンの保存先が片方だけです",
			Meaning: "キーチェーンか封をしたファイルのどちらかに保存できませんでした。もう一方にあり、何も失われていません。",
			Fix:     []string{"sfauth doctor を実行してください。次の更新でもう一度保存します。"},
		}

	// The encrypted file, and moving between stores.
	case flow.KindNoKey:
		return Trouble{
			Title:   "暗号化ファイルの鍵がありません",
			Meaning: "鍵ファイル、またはパスフレーズとその際に作られた vault-key.age が必要です。指定されていないか、見つかりません。",
			Fix: []string{
				"SFAUTH_KEY_FILE、SFAUTH_PASSPHRASE_COMMAND、SFAUTH_PASSPHRASE_FILE のどれかを設定してください。",
				"vault-key.age がないなら、バックアップから戻してください。",
			},
		}
	case flow.KindPassphrasesDiffer:
		return Trouble{
			Title:   "2 つのパスフレーズが違います",
			Meaning: "新しいパスフレーズは、なければ何も読めなくなるため、2 回入力します。何も変えていません。",
			Fix:     []string{"もう一度試し、同じパスフレーズを 2 回入力してください。"},
		}
	case flow.KindFileMissing:
		return Trouble{
			Title:   "接続の暗号化ファイルがありません",
			Meaning: this + " は一覧にありますが、秘密のファイルが削除されたか、別のマシンにあります。",
			Fix:     []string{runLogin, jaRestore},
		}
	case flow.KindFileCorrupt:
		return Trouble{
			Title:   "接続の暗号化ファイルを読めません",
			Meaning: "ファイルはありますが、壊れているか、sfauth が書いたものではありません。",
			Fix:     []string{runLogin, jaRestore},
		}
	case flow.KindBadKey:
		return Trouble{
			Title:   "この鍵では暗号化ファイルを開けません",
			Meaning: "鍵かパスフレーズが、書き込んだときのものと違います。何も変えていません。",
			Fix:     []string{"正しいものでもう一度試してください。"},
		}
	case flow.KindNoVault:
		return Trouble{
			Title:   "この保存先には対応していません",
			Meaning: this + " は、この sfauth にない保存先にあります。",
			Fix:     []string{"keychain、file、postgres のどれかを使うか、保存した sfauth のほうが新しいなら最新版をインストールしてください。"},
		}
	case flow.KindChanged:
		return Trouble{
			Title:   "保存内容が sfauth の外で変更されました",
			Meaning: "接続の一覧と秘密が対応しなくなりました。何も送らず、何も渡さず、すべて元のままです。",
			Fix:     []string{runLogin, "または、sfauth のファイルを変更や復元したなら、元に戻してください。"},
		}
	case flow.KindOldCopy:
		return Trouble{
			Title:   "古いコピーが残っています",
			Meaning: this + " は移動済みで、新しい保存先で使えます。古い保存先の秘密を削除できませんでした。",
			Fix:     []string{"sfauth doctor を実行してください。保存先を使えるようになれば、残りを削除します。"},
		}

	// PostgreSQL, and the other machines that use it.
	case flow.KindNeverCameBack:
		return Trouble{
			Title:   "別のマシンが更新中のまま戻ってきません",
			Meaning: "リフレッシュトークンは送信済みで、結果はそのマシンにしかありません。ここにあるトークンは使用済みです。",
			Fix:     []string{"そのマシンで sfauth を一度起動するか、" + login + " を実行してください。"},
		}
	case flow.KindUnasked:
		return Trouble{
			Title:   "このマシンになく、PostgreSQL にも問い合わせできません",
			Meaning: "環境変数が指すデータベースに、その接続があるかもしれません。",
			Fix:     []string{"名前を確認してください。接続を共有しているなら、データベースも確認してください。"},
		}
	case flow.KindDatabaseUnnamed:
		return Trouble{
			Title:   "PostgreSQL の場所が環境変数に指定されていません",
			Meaning: "ここで使った接続がデータベースにありますが、SFAUTH_POSTGRES も PGHOST も設定されていません。",
			Fix:     []string{"SFAUTH_POSTGRES か、PGHOST などを設定してください。cron やサービスはシェルの設定ファイルを読みません。"},
		}
	case flow.KindDatabaseDown:
		return Trouble{
			Title:   "PostgreSQL に接続できません",
			Meaning: "接続できなかったか、途中で切れました。この接続は何も変わっていません。",
			Fix:     []string{jaTryLaterOrDatabase},
		}
	case flow.KindDatabaseSlow:
		return Trouble{
			Title:   "PostgreSQL が時間内に応答しません",
			Meaning: "接続か問い合わせは受け取られましたが、応答がありません。",
			Fix:     []string{jaTryLaterOrDatabase},
		}
	case flow.KindDatabaseFull:
		return Trouble{
			Title:   "PostgreSQL に空きがありません",
			Meaning: "ディスクかメモリがいっぱいか、クライアントの数が上限です。トークンは使っていません。",
			Fix:     []string{"空きを作るか、max_connections を増やしてください。"},
		}
	case flow.KindDatabaseReadOnly:
		return Trouble{
			Title:   "PostgreSQL に書き込めません",
			Meaning: "レプリカか、default_transaction_read_only が有効です。トークンは使っていません。",
			Fix:     []string{"PGHOST をプライマリにするか、PGTARGETSESSIONATTRS を read-write にしてください。"},
		}
	case flow.KindDatabaseSettings:
		return Trouble{
			Title:   "PostgreSQL の設定を読めません",
			Meaning: "SFAUTH_POSTGRES、PGPORT などの変数、またはサービスファイルに誤りがあります。",
			Fix:     []string{"SFAUTH_POSTGRES か PG で始まる変数を直してください。psql と同じ書き方です。"},
		}
	case flow.KindDatabasePassword:
		return Trouble{
			Title:   "PostgreSQL がユーザーかパスワードを拒否しました",
			Meaning: "サーバーはありますが、このユーザーはここから入れません。",
			Fix:     []string{"psql で入れるように、SFAUTH_POSTGRES か、PGUSER と、PGPASSWORD か PGPASSFILE を直してください。"},
		}
	case flow.KindDatabaseMissing:
		return Trouble{
			Title:   "PostgreSQL にその名前のデータベースがありません",
			Meaning: "サーバーはありますが、そのデータベースを知りません。",
			Fix:     []string{"SFAUTH_POSTGRES か PGDATABASE を直すか、データベースを作成してもらってください。"},
		}
	case flow.KindDatabaseCertificate:
		return Trouble{
			Title:   "PostgreSQL の証明書を受け入れられません",
			Meaning: "期限切れか、別のホストのものか、ここで知られていない認証局のものです。",
			Fix:     []string{"証明書を更新してもらうか、PGSSLROOTCERT に認証局を指定してください。"},
		}
	case flow.KindDatabaseTLS:
		return Trouble{
			Title:   "PostgreSQL と PGSSLMODE の暗号化が合いません",
			Meaning: "片方が TLS を求め、もう片方にありません。",
			Fix:     []string{"サーバーの TLS を有効にするか、PGSSLMODE を直してください。"},
		}
	case flow.KindNoSharedKey:
		return Trouble{
			Title:   "PostgreSQL の接続を開く鍵がありません",
			Meaning: "どのマシンでも同じ鍵ファイルかパスフレーズで開きます。指定されていないか、見つかりません。",
			Fix:     []string{"最初のマシンの鍵ファイルをコピーし、SFAUTH_KEY_FILE を設定してください。パスフレーズなら SFAUTH_PASSPHRASE_COMMAND か SFAUTH_PASSPHRASE_FILE です。"},
		}
	case flow.KindBadSharedKey:
		return Trouble{
			Title:   "この鍵では PostgreSQL の接続を開けません",
			Meaning: "どのマシンにも、最初に保存したときの鍵かパスフレーズが必要です。何も変えていません。",
			Fix:     []string{"正しいものでもう一度試すか、使えるマシンの鍵ファイルをコピーして SFAUTH_KEY_FILE に設定してください。"},
		}
	case flow.KindDatabasePlain:
		return Trouble{
			Title:   "PostgreSQL との接続が暗号化されていません",
			Meaning: "トークンは封をしたままですが、途中にいる人が接続の名前を読み、書き込みを変えられます。",
			Fix:     []string{"PGSSLMODE=verify-full を設定してください。独自の認証局なら PGSSLROOTCERT も必要です。"},
		}
	case flow.KindDatabaseRights:
		return Trouble{
			Title:   "PostgreSQL のユーザーに権限がありません",
			Meaning: "テーブル sfauth の SELECT、INSERT、UPDATE、DELETE が必要です。",
			Fix:     []string{"sfauth doctor --sql の出力を、管理者に実行してもらってください。"},
		}
	case flow.KindNoTable:
		return Trouble{
			Title:   "PostgreSQL に sfauth のテーブルがありません",
			Meaning: "データベースはありますが、このユーザーに見えるテーブル sfauth がありません。",
			Fix:     []string{"sfauth doctor --create-table を実行するか、sfauth doctor --sql の出力を管理者に実行してもらってください。"},
		}
	case flow.KindOtherTable:
		return Trouble{
			Title:   "PostgreSQL のテーブルは別のバージョンのものです",
			Meaning: "この sfauth が知らない列の構成です。何も変えていません。",
			Fix:     []string{"すべてのマシンに最新の sfauth をインストールしてください。"},
		}
	case flow.KindDatabase:
		return Trouble{
			Title:   "PostgreSQL を使えません",
			Meaning: "sfauth の知らないエラーが返りました。すべて元のままです。",
			Fix:     []string{jaTryLaterOrDatabase},
		}

	case flow.KindStillRenewing:
		return Trouble{
			Title:   "別のマシンが更新中です",
			Meaning: "1 分待ちましたが、新しいトークンが届きません。ここではトークンを使っていません。",
			Fix:     []string{"1 分後にもう一度試してください。どうなったかを sfauth が調べます。"},
		}

	// The files of sfauth.
	case flow.KindStoreBusy:
		return Trouble{
			Title:   "別の sfauth が作業中です",
			Meaning: "ロックを保持したまま、時間内に放しませんでした。",
			Fix:     []string{"その sfauth が終わってから、もう一度試してください。"},
		}
	case flow.KindIndexDamaged:
		return Trouble{
			Title:   "接続の一覧が壊れています",
			Meaning: "ファイルを読めません。sfauth は手を触れません。キーチェーンの秘密は元のままです。",
			Fix:     []string{"ファイルを移動するか、バックアップに置き換えてください。", "バックアップがなければ、接続を設定し直してください。"},
		}
	case flow.KindIndexNewer:
		return Trouble{
			Title:   "接続の一覧は新しい sfauth のものです",
			Meaning: "このバージョンには分からない形式なので、手を触れません。",
			Fix:     []string{"最新の sfauth をインストールしてください。"},
		}
	case flow.KindForeignHome:
		return Trouble{
			Title:   "ほかのユーザーのファイルです",
			Meaning: "sfauth が root で動いています。ここに書くと、持ち主が使えなくなります。",
			Fix:     []string{"sudo を使わず、持ち主として sfauth を実行してください。", "または、SFAUTH_HOME に root のディレクトリを設定してください。"},
		}
	case flow.KindNoHome:
		return Trouble{
			Title:   "sfauth のファイルの置き場所がありません",
			Meaning: "ホームディレクトリも、代わりの設定もありません。",
			Fix:     []string{"SFAUTH_HOME に自分のディレクトリを設定してください。"},
		}
	case flow.KindExposed:
		return Trouble{
			Title:   "ほかの人が sfauth のファイルに触れます",
			Meaning: "変更できる人はトークンの送り先を決められ、鍵を読める人はトークンを読めます。何も使わず、何も書いていません。",
			Fix:     []string{"自分のものなら、ディレクトリに chmod 700、ファイルに chmod 600 を実行してください。", "または、SFAUTH_HOME に自分のディレクトリを設定してください。"},
		}
	case flow.KindNotDirectory:
		return Trouble{
			Title:   "sfauth のディレクトリがディレクトリではありません",
			Meaning: "別のものがその場所にあります。sfauth は手を触れません。",
			Fix:     []string{"SFAUTH_HOME にディレクトリを設定するか、そこにあるものを移動してください。"},
		}
	case flow.KindNoLock:
		return Trouble{
			Title:   "このファイルシステムではロックを使えません",
			Meaning: "ロックがないと、2 つの sfauth が同じトークンを使い、無効にしかねません。何も始めていません。",
			Fix:     []string{jaWhereItIs},
		}
	case flow.KindFiles:
		return Trouble{
			Title:   "sfauth が自分のファイルを使えません",
			Meaning: "ディスクがいっぱいか、書き込めないか、ファイルの持ち主が別のユーザーです。",
			Fix:     []string{jaLetWrite, jaWhereItIs},
		}
	}
	return Trouble{
		Title:   "予期しないことが起きました",
		Meaning: "sfauth の知らない応答です。すべて元のまま保持しています。",
		Fix:     []string{jaTryThenReport},
	}
}

// spaced is a name with a blank at either side, as it stands within a Japanese sentence.
func spaced(name string) string {
	if name == "" {
		return ""
	}
	return " " + name + " "
}
