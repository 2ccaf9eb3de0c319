package text

import "sfauth/flow"

var japaneseOddClientID = Words[flow.Pasted]{
	{flow.PastedKeyPart, "コンシューマー鍵の一部だけです。全体は 3MVG の後に 80 文字ほど続きます。"},
	{flow.PastedSecret, "これはコンシューマーの秘密です。コンシューマー鍵はその上にあり、3MVG で始まります。"},
	{flow.PastedAccessToken, "これはアクセストークンです。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedRefreshToken, "これはリフレッシュトークンです。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedOrgID, "これは組織の ID です。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedAppID, "これはアドレスに出るアプリの ID です。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedRecordID, "これはレコードの ID です。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedUsername, "これはユーザー名です。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedAddress, "これはアドレスです。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedExample, "これは手順書などの例です。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedName, "これはアプリの名前のようです。コンシューマー鍵は、アプリの [設定] タブの OAuth セクションにあります。"},
	{flow.PastedUnknown, "コンシューマー鍵の形ではありません。鍵は 3MVG の後に 80 文字ほど続きます。"},
}

var japaneseOddSecret = Words[flow.Pasted]{
	{flow.PastedKey, "これはコンシューマー鍵です。コンシューマーの秘密は、[設定] でその下にあります。"},
	{flow.PastedAccessToken, "これはアクセストークンです。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedRefreshToken, "これはリフレッシュトークンです。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedOrgID, "これは組織の ID です。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedAppID, "これはアプリの ID です。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedRecordID, "これはレコードの ID です。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedUsername, "これはユーザー名です。sfauth がパスワードを聞くことはありません。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedAddress, "これはアドレスです。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedExample, "これは手順書などの例です。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
	{flow.PastedName, "これは名前のようです。コンシューマーの秘密は、[設定] でコンシューマー鍵の下にあります。"},
}
