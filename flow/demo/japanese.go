package demo

import (
	"net/http"
	"strings"
)

// Salesforce shows its pages in the language of the user. The demo's user has the browser's.
func readsJapanese(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "ja")
}

// inJapanese is a page of ours in Japanese, with the words that Salesforce has for the same.
// What an error is called stays as it is: Salesforce translates no code.
var inJapanese = strings.NewReplacer(
	`<html lang="en">`, `<html lang="ja">`,
	"<b>This is a simulation.</b> sfauth plays Salesforce on this computer: no org, no account and no data are behind this page.",
	"<b>これはシミュレーションです。</b> このコンピューターの sfauth が Salesforce を演じています。組織もアカウントもデータもありません。",

	// The consent page.
	"Allow Access?", "アクセスを許可しますか?",
	"<span>Logged in to "+OrgName+" at ", "<span>ログイン中: "+OrgName+" / ",
	"<span>Just logged in to "+OrgName+" at ", "<span>ログインしました: "+OrgName+" / ",
	">Not you?<", ">別のユーザーに切り替える<",
	"</strong> is asking to:", "</strong> が次のアクセスを求めています:",
	"<p>Do you want to allow access for ", "<p>このユーザーのアクセスを許可しますか: ",
	"?</p>\n<form method=\"post\" action", "</p>\n<form method=\"post\" action",
	">Deny<", ">拒否<",
	">Allow<", ">許可<",
	"To revoke access at any time, go to your personal settings.", "アクセスは、個人設定からいつでも取り消せます。",
	"Manage user data via APIs (api)", "API を使用してユーザーデータを管理 (api)",
	"Manage user data via Web browsers (web)", "Web ブラウザーを使用してユーザーデータを管理 (web)",
	"Perform requests at any time (refresh_token, offline_access)", "いつでも要求を実行 (refresh_token, offline_access)",
	"Access the identity URL service (id, profile, email, address, phone)", "ID URL サービスにアクセス (id, profile, email, address, phone)",
	"Access unique user identifiers (openid)", "一意のユーザー識別子にアクセス (openid)",
	"Full access (full)", "フルアクセス (full)",
	"Manage Data 360 Ingestion API data (cdp_ingest_api)", "Data 360 取り込み API のデータを管理 (cdp_ingest_api)",
	"Manage Data 360 profile data (cdp_profile_api)", "Data 360 のプロファイルデータを管理 (cdp_profile_api)",
	"Perform ANSI SQL queries on Data 360 data (cdp_query_api)", "Data 360 のデータに ANSI SQL クエリを実行 (cdp_query_api)",
	"Access chatbot services (chatbot_api)", "チャットボットサービスにアクセス (chatbot_api)",
	"Access MCP servers (mcp_api)", "MCP サーバーにアクセス (mcp_api)",
	"Access the Salesforce API Platform (sfap_api)", "Salesforce API プラットフォームにアクセス (sfap_api)",

	// Notices.
	"OAuth Error", "OAuth エラー",
	"Insufficient Privileges", "権限がありません",
	privileges, "要求した操作に必要なアクセスレベルがありません。必要な場合は、レコードの所有者かシステム管理者に連絡してください。",
	"This page was answered already", "このページにはすでに回答済みです",
	"Start again from where you came.", "元の場所からやり直してください。",
	"You are logged out", "ログアウトしました",
	"The next authorisation starts with a login.", "次の認可はログインから始まります。",
	"Nothing is here", "ここには何もありません",
	"The simulation plays one org, and has no such page.", "シミュレーションは 1 つの組織を演じており、このページはありません。",

	// Setup.
	"External Client Apps", "外部クライアントアプリケーション",
	"Setup of "+OrgName+": what an administrator sees and does there.", OrgName+" の [設定]: システム管理者が見て、操作するものです。",
	"<dt>Consumer Key</dt>", "<dt>コンシューマー鍵</dt>",
	"<dt>Consumer Secret</dt>", "<dt>コンシューマーの秘密</dt>",
	"<dt>Callback URL</dt>", "<dt>コールバック URL</dt>",
	"Permitted Users: admin approved users are pre-authorized. No user is approved.", "許可されているユーザー: 管理者が承認したユーザーのみ。承認されたユーザーはいません。",
	"Approve all users", "すべてのユーザーを承認",
)
