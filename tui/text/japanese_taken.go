package text

import (
	"strings"

	"sfauth/flow/takeover"
)

var japaneseTaken = TakenText{
	Holders: Words[takeover.Tool]{
		{takeover.SalesforceCLI, "Salesforce CLI"}, {takeover.JSForce, "jsforce"}, {takeover.Curl, "この curl コマンド"}, {takeover.Postman, "Postman"},
		{takeover.Singer, "tap-salesforce"}, {takeover.Airbyte, "Airbyte"}, {takeover.Program, "ほかのツール"},
	},
	From: func(holder string) string {
		return "「" + holder + "」が使うリフレッシュトークンが見つかりました。"
	},
	Asking: func(host string) string {
		return host + " に、有効かどうかを問い合わせます。トークンは使いません。"
	},
	Valid: "有効です。トークンは使っていません。",
	PasteIt: func(end string) string {
		return "貼り付けて enter を押し、続けて " + end + " を押してください。貼り付けた内容は表示しません。"
	},
	Whose:     func(user string) string { return "ユーザーは " + user + " です。" },
	Several:   func(names string) string { return "複数の認可があります: " + names + "。" },
	AskWhich:  "どれにしますか:",
	Unsure:    "このトークンが有効かどうか、Salesforce から得られません。最初の更新でわかります。",
	AskUnsure: "それでも保存しますか? 続けるなら「はい」(yes) と入力してください:",
	Beside: func(names []string) string {
		return "同じユーザーとアプリの接続はそのまま残します: " + strings.Join(names, ", ") + "。"
	},
	Stop: func(holder string) string {
		return "「" + holder + "」では、このトークンをもう使わないでください。循環が有効なら、sfauth の次の更新で置き換わり、古いものを再び使うと接続が無効になります。"
	},
	Instead: func(command string) string {
		return "代わりに sfauth からアクセストークンを得るようにするには、" + command + " を実行してください。"
	},
	Exposed: func(path string) string {
		return "このマシンのほかのユーザーが " + path + " を読めます。"
	},
	NotNeeded: func(path string) string {
		return "sfauth はもう " + path + " を必要としません。そこのトークンは削除できます。"
	},

	StdinTwice:  "--from - と --client-secret-stdin は両方とも stdin を読みます。どちらかを別の方法で渡してください",
	WithoutFrom: "--from と一緒に指定します",
	NoEntry:     "そのような名前の認可はありません",
	WhichEntry: func(names string) string {
		return "複数の認可があります。--entry でどれかを指定してください: " + names
	},
	SayUnverified: "それでも保存するなら --unverified を付けてください",
	Dead:          "このリフレッシュトークンはもう無効です",
	LogIn:         "専用のトークンを得るには sfauth login を実行してください。何も保存していません",
	OtherOne:      "別の接続として保存するには、ほかの NAME を指定してください。何も置き換えていません",
}
