package text

var japaneseManual = ManualText{
	Usage: "使い方:", Examples: "例:", Flags: "フラグ:",
	Default: func(use, value string) string { return use + " (既定は " + value + ")" },
	Page: PageText{
		Name: "名前", Synopsis: "書式", Description: "説明", Commands: "コマンド",
		ExitStatus: Section{"終了ステータス", []Entry{
			{"0", "成功。"},
			{"1", "失敗。"},
			{"2", "使い方の誤り。何もしていません。"},
			{"3", "その接続がありません。"},
			{"4", "接続の再認可が必要です。人が sfauth login NAME を実行してください。"},
			{"5", "Salesforce に接続できないか、応答が不正です。後で試してください。何も失われていません。"},
			{"126, 127", "exec のコマンドを実行できないか、見つかりません。実行したコマンドは自身の終了コードで終わります。"},
			{"128 + N", "シグナル N で中断しました。130 は ctrl+c です。"},
		}},
		Environment: Section{"環境変数", []Entry{
			{"SFAUTH_HOME", "sfauth のすべてのファイルを置くディレクトリ。"},
			{"XDG_CONFIG_HOME", "SFAUTH_HOME がなければ、この中の sfauth ディレクトリに置きます。Windows では %LocalAppData% です。"},
			{"SFAUTH_STORE", "新しい接続の秘密の保存先。keychain か file。"},
			{"SFAUTH_KEY_FILE", "暗号化ファイルを開く age の鍵ファイル。自分だけが読めること。パスフレーズより優先し、待ち時間もありません。"},
			{"SFAUTH_PASSPHRASE_COMMAND", "暗号化ファイルのパスフレーズを出力するコマンド。SFAUTH_PASSPHRASE_FILE より優先します。"},
			{"SFAUTH_PASSPHRASE_FILE", "そのパスフレーズのファイル。自分だけが読めること。3 つともなければ、答える人がいるときに尋ねます。"},
			{"SFAUTH_DEBUG", "1 にすると、要求ごとのメソッド、ホスト、パス、ステータス、エラーを stderr に記録します。全画面では、表示されたファイルに記録します。秘密は含みません。"},
			{"BROWSER", "ログインページを開くコマンド。アドレスが渡されます。"},
			{"HTTPS_PROXY, NO_PROXY", "https のプロキシと、プロキシが不要なホスト。"},
			{"SSL_CERT_FILE", "システムのものに代えて信頼するルート証明書のファイル (Linux)。"},
			{"ACCESSIBLE", "何か設定すると --plain と同じで、全画面の代わりに 1 行ずつ進めます。"},
			{"SFAUTH_LANG", "en か ja。なければロケール (LC_ALL、LC_MESSAGES、LANG の順) に従います。"},
			{"SFAUTH_NO_MOTION", "何か設定すると、必要のない動きを止めます。"},
			{"SFAUTH_NO_MOUSE", "何か設定すると、画面はクリックを受け付けません。"},
			{"NO_COLOR", "何か設定すると、色を使いません。"},
		}},
		Files: Section{"ファイル", []Entry{
			{"~/.config/sfauth/index.json", "接続の名前、ユーザー、ログイン先。秘密はありませんが、変更できる人はトークンの送り先を決められます。macOS では ~/Library/Application Support/sfauth、Windows では %LocalAppData%\\sfauth にあります。"},
			{"~/.config/sfauth/sealed/", "更新したことのある接続の、最新のリフレッシュトークンとアクセストークン。キーチェーンの鍵で暗号化しています。"},
			{"~/.config/sfauth/vault/, vault-key.age", "--store file のとき、暗号化した秘密そのものと、鍵ファイルかパスフレーズで暗号化したその鍵。"},
			{"~/.config/sfauth/locks/", "接続ごとのロック。更新するプロセスを 1 つだけにします。"},
		}},
		Transcripts: Section{"例", []Entry{
			{"sfauth", "最初の接続を設定する、または設定済みの接続を見る。"},
			{"sfauth token acme", "有効なアクセストークンだけを出力する。"},
			{"sfauth exec acme -- ./load.sh", "環境変数でトークンを受け取るプログラムを実行する。"},
			{"sfauth login acme --no-browser", "SSH で acme を認可し直す。どこかでリンクを開き、最後に開いたアドレスを貼り付ける。"},
			{"sfauth check --json", "各接続の現在の状態を Salesforce に確認する (監視用)。"},
		}},
		Protected: Section{"セキュリティ", []Entry{
			{"", "コンシューマーの秘密とリフレッシュトークンは、OS のキーチェーンの 1 つの項目です (サービスは sfauth、アカウントは接続の ID)。秘密をフラグで受け取ることも、平文で書くことも、ログに残すことも、求められずに表示することもありません。"},
			{"", "更新トークンの循環では、キーチェーンを変更する前、アクセストークンを出力する前に、新しいトークンを封をしてディスクに保存します。異常終了やキーチェーンの故障では何も失われません。応答の届かなかった更新は、認可を無効にしかねないため繰り返しません。"},
			{"", "あなたの権限か root でプログラムを実行できる人は、あなたと同じように sfauth とキーチェーンにトークンを求められます。exec と export は秘密をほかのプログラムに渡します。その先の扱いは、そのプログラム次第です。"},
		}},
	},
}
