package text

import (
	"strings"

	"sfauth/flow"
	"sfauth/flow/export"
)

const (
	jaJSONArray = "オブジェクトの配列で出力"
	jaNoScreen  = "全画面を使わず、1 行ずつ進める"
	jaFresh     = "キャッシュを使わず、今すぐ更新"
	jaFor       = "data360: アクセストークンを、Data 360 が自身のインスタンス URL で受け付けるトークンに交換"
	jaMaxAge    = "キャッシュを使ってよい経過時間"
)

var japaneseCommands = []CommandText{
	{
		Name:  "sfauth",
		Short: "Salesforce のリフレッシュトークンを取得し、使える状態に保つ",
		Long: "sfauth はブラウザーでの認可を案内して Salesforce のリフレッシュトークンを取得し、" +
			"OS のキーチェーンに保存し、有効なアクセストークンをスクリプトに渡します。",
		Example: `  sfauth             接続を設定する、または設定済みの接続を見る
  sfauth token acme  有効なアクセストークンを出力する`,
		ExitCodes:   "終了コード: 1 失敗、2 使い方、3 名前がない、4 要再認可、5 後で再試行",
		Environment: "環境変数、ファイル、その他: sfauth COMMAND --help、sfauth man",
		Flags:       Words[string]{{"plain", jaNoScreen}, {"debug", "要求を秘密なしで stderr に記録 (SFAUTH_DEBUG=1)"}},
	},
	{
		Name:  "login",
		Short: "接続を設定する、または NAME を認可し直す",
		Long:  "接続を設定します。NAME があれば認可し直します。フラグで指定したことは尋ねません。",
		Example: `  sfauth login                    すべて尋ねる
  sfauth login acme               acme を認可し直す
  sfauth login acme --no-browser  SSH で: リンクを開き、最後のアドレスを貼る
  sfauth login acme --from .env   ほかのツールのトークンを引き継ぐ
  sfauth login --scope data360    Data 360 のスコープで
  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin <file`,
		ExitCodes:   "終了コード: 2 足りないものをここでは尋ねられない、4 --from のトークンが無効、5 ログイン先に接続できない。",
		Environment: "環境変数: BROWSER はページを開くコマンド、SFAUTH_STORE は秘密の保存先、ACCESSIBLE は --plain と同じ。",
		Flags: Words[string]{
			{"from", "ほかのツールのファイル (- なら stdin) にあるリフレッシュトークンを引き継ぐ。sfdx-url、.env、JSON、jsforce、curl、Postman"},
			{"entry", "--from のファイルに複数の認可があるとき、どれにするか"},
			{"unverified", "--from のトークンが有効か Salesforce から得られなくても、確認せずに保存する"},
			{"domain", "ログイン先。acme、または組織のどれかのアドレス"},
			{"trust-domain", "Salesforce のホストでなくても (サイト独自のドメインなど)、ログイン用ホストとして応答しなくても、確認せずに使う"},
			{"client-id", "アプリのコンシューマー鍵"},
			{"client-secret-stdin", "コンシューマーの秘密を stdin の最初の行から読む。ターミナルなら表示しない"},
			{"callback", "アプリに登録したコールバック URL (既定は " + flow.DefaultRedirectURI + ")"},
			{"prompt", "送る prompt パラメーター: login、consent、select_account"},
			{"login-hint", "ログイン画面に入れておくユーザー名"},
			{"scope", `要求するスコープ。用途 (rest、data360、agent、mcp) でもよい。すべてなら all (既定は "` + flow.DefaultScope + `")`},
			{"name", "新しい接続の名前"},
			{"store", "秘密の保存先。keychain、file、postgres のどれか (既定は SFAUTH_STORE、なければ keychain)"},
			{"no-browser", "ブラウザーを開かず、アドレスを表示"},
			{"plain", jaNoScreen},
			{"timeout", "アクセスの許可を待つ時間"},
		},
	},
	{
		Name:  "demo",
		Short: "組み込みの Salesforce で試す。組織もネットワークも不要",
		Long: "このコンピューターが演じる Salesforce で試します。組織、キーチェーン、ネットワークは不要です。" +
			"最後に、あらゆる状態の接続の一覧が出ます。何も残りません。",
		Example: `  sfauth demo                       ログインし、一覧を見る
  sfauth demo --fail other_user     別のユーザーが許可する
  sfauth demo --fail invalid_scope  アプリにスコープがない`,
		Flags: Words[string]{
			{"fail", "Salesforce と同じように失敗させる。`name` を間違えると一覧を表示"}, {"no-browser", "ブラウザーを開かず、sfauth が代わりをする"}, {"plain", jaNoScreen},
		},
	},
	{
		Name:  "list",
		Short: "接続の名前と情報を一覧する。秘密は読まない",
		Example: `  sfauth list
  sfauth list --json | jq -r '.[].name'`,
		Flags: Words[string]{{"json", jaJSONArray}},
	},
	{
		Name:  "check",
		Short: "どの接続が有効かを Salesforce に確認する。トークンは消費しない",
		Example: `  sfauth check
  sfauth check acme billing
  sfauth check --expiring 7d      未使用で無効になる前に
  sfauth check --json`,
		ExitCodes: "終了コード: 0 すべて有効、3 接続がない、4 再認可が必要か近い、5 確認できない接続がある、1 その他の問題。",
		Flags:     Words[string]{{"json", jaJSONArray}, {"expiring", "7d のような期間内に未使用で無効になりうる接続も示し、終了コード 4 で終わる"}},
	},
	{
		Name:  "token",
		Short: "有効なアクセストークンを出力する",
		Long:  "有効なアクセストークンを stdout に 1 行だけ出力します。保存した接続が 1 つなら NAME は不要です。",
		Example: `  sfauth token acme
  sfauth token acme --json | jq -r .instance_url
  sfauth token acme --for data360
  sfauth token acme | sed 's/^/Authorization: Bearer /' | curl -H @- "$URL"`,
		ExitCodes: "終了コード: 3 接続がない、4 人が sfauth login NAME を実行、5 Salesforce に接続できない (後で再試行)。",
		Flags: Words[string]{
			{"fresh", jaFresh}, {"max-age", jaMaxAge},
			{"json", "トークン、インスタンス URL、ユーザー、組織、発行時刻のオブジェクトで出力"},
			{"for", jaFor},
		},
	},
	{
		Name:  "exec",
		Short: "接続を環境変数に入れてコマンドを実行する",
		Example: `  sfauth exec acme -- ./load.sh
  sfauth exec acme -- sh -c 'echo "$SALESFORCE_INSTANCE_URL"'
  sfauth exec acme --prefix SF_ -- env
  sfauth exec acme --as dlt -- python pipeline.py`,
		ExitCodes: "終了コード: コマンド自身のもの。127 コマンドがない、126 実行できない。実行前の 3、4、5 は sfauth token と同じ。",
		Long: "SALESFORCE_ACCESS_TOKEN、_INSTANCE_URL、_ORG_ID、_USER_ID、_USERNAME、_LOGIN_URL を環境変数に入れてコマンドを実行します。" +
			"コマンドは sfauth と入れ替わり、シグナルも終了コードもコマンド自身のものになります。\n\n" +
			"長いジョブではアクセストークンが先に切れることがあります。SALESFORCE_TOKEN_COMMAND は次のトークンを出力するコマンドです" +
			" (フルパスの sfauth。シェル用に引用符付き)。sfauth 自身の変数のうち、コマンドに渡るのはファイルの場所を示すものだけです。",
		Flags: Words[string]{
			{"fresh", jaFresh}, {"max-age", jaMaxAge},
			{"prefix", "変数名の先頭"}, {"for", jaFor},
			{"as", "トークンとインスタンス URL の変数名をこのツールに合わせる: " + strings.Join(export.Presets(), "、")},
		},
	},
	{
		Name:  "export",
		Short: "接続をほかのツール用の形式で出力する",
		Long: "接続をほかのツール用の形式で出力します。リフレッシュトークンと付随する値か、それではツールが接続を無効にしてしまう場合は、" +
			"ツールが sfauth にアクセストークンを要求する形です。その場合は秘密を含まず、理由を stderr に示します。",
		Example: `  sfauth export acme --format dotenv --output .env
  sfauth export acme --format sfdx-url
  sfauth export acme --format jsforce > connection.mjs
  sfauth export acme --format mcp > .mcp.json`,
		ExitCodes: "終了コード: 2 形式がない、3 接続がない。",
		Flags: Words[string]{
			{"format", "次のどれか: " + strings.Join(export.Formats(), "、")},
			{"output", "自分だけが読めるこのファイルに書き出す"},
			{"prefix", "env、dotenv、mcp の変数名の先頭 (既定は " + export.VariablePrefix + ")"},
			{"refresh-token", "循環したトークンを保存しないツールにも、リフレッシュトークンを出力する"},
		},
	},
	{
		Name:      "rename",
		Short:     "接続の名前を変える",
		Example:   "  sfauth rename acme acme-old",
		ExitCodes: "終了コード: 2 新しい名前を使えない、3 接続がない。",
	},
	{
		Name:  "move",
		Short: "接続の秘密の保存先を変える",
		Example: `  sfauth move acme --store file
  sfauth move acme --store postgres   同じ設定のすべてのマシンで使う`,
		ExitCodes:   "終了コード: 2 保存先がない、3 接続がない。",
		Environment: "環境変数: SFAUTH_KEY_FILE、SFAUTH_PASSPHRASE_COMMAND、SFAUTH_PASSPHRASE_FILE が暗号化ファイルと PostgreSQL の接続を開きます。その場所は SFAUTH_POSTGRES か、PGHOST などで指定します。",
		Flags:       Words[string]{{"store", "keychain、file、postgres のどれか"}},
	},
	{
		Name:  "remove",
		Short: "接続を Salesforce で取り消し、sfauth から消す",
		Example: `  sfauth remove acme
  sfauth remove acme --yes          スクリプトで: 確認しない
  sfauth remove acme --keep-grant   別のツールがトークンを使い続ける`,
		ExitCodes: "終了コード: 2 ここでは確認できない、3 接続がない。",
		Flags:     Words[string]{{"yes", "確認しない"}, {"keep-grant", "sfauth からだけ消す。トークンは Salesforce で有効なまま"}},
	},
	{
		Name:  "doctor",
		Short: "このマシンで使えるものと、使えないときの対処を調べる",
		Example: `  sfauth doctor
  sfauth doctor --domain acme --callback http://localhost:8080/callback
  sfauth doctor --create-table   複数のマシンで共有する PostgreSQL に`,
		ExitCodes:   "終了コード: 1 ここで使えないものがある。",
		Environment: "環境変数: HTTPS_PROXY、NO_PROXY、SSL_CERT_FILE を、ログインと同じように試します。",
		Flags: Words[string]{{"json", jaJSONArray}, {"callback", "試すコールバック URL"}, {"domain", "試すログイン先"},
			{"create-table", "PostgreSQL に sfauth のテーブルがなければ作る"}, {"sql", "管理者が実行する SQL を出力する"}},
	},
	{
		Name:  "completion",
		Short: "シェルでコマンドや接続の名前を補完するスクリプトを出力する",
		Example: `  source <(sfauth completion bash)
  source <(sfauth completion zsh)
  sfauth completion fish | source
  sfauth completion powershell | Out-String | Invoke-Expression`,
	},
	{Name: "version", Short: "バージョンを表示する", Example: "  sfauth version"},
	{Name: "help", Short: "コマンドを説明する", Example: "  sfauth help token"},
	{Name: "man", Short: "マニュアルページを出力する", Example: "  sfauth man | man -l -"},
}
