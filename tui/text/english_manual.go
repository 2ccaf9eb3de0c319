package text

var englishManual = ManualText{
	Usage: "Usage:", Examples: "Examples:", Flags: "Flags:",
	Default: func(use, value string) string { return use + " (default " + value + ")" },
	Page: PageText{
		Name: "Name", Synopsis: "Synopsis", Description: "Description", Commands: "Commands",
		ExitStatus: Section{"Exit status", []Entry{
			{"0", "Done."},
			{"1", "Failed."},
			{"2", "Wrong usage: nothing was done."},
			{"3", "There is no such connection."},
			{"4", "The connection needs re-authorising: a person must run sfauth login NAME."},
			{"5", "Salesforce is unreachable, or answers nonsense: try later, nothing is lost."},
			{"126, 127", "The command of exec cannot be executed, or is not there. One that ran gives its own code."},
			{"128 + N", "Interrupted by signal N: 130 is ctrl+c."},
		}},
		Environment: Section{"Environment", []Entry{
			{"SFAUTH_HOME", "All of sfauth's files go into this directory."},
			{"XDG_CONFIG_HOME", "Without SFAUTH_HOME they go into the directory sfauth in this one. On Windows it is %LocalAppData%."},
			{"SFAUTH_STORE", "Where the secrets of new connections go: keychain or file."},
			{"SFAUTH_KEY_FILE", "The age identity that opens the encrypted file, readable by you alone. It goes before a passphrase, and costs no time."},
			{"SFAUTH_PASSPHRASE_COMMAND", "A command that prints the passphrase of the encrypted file. It goes before SFAUTH_PASSPHRASE_FILE."},
			{"SFAUTH_PASSPHRASE_FILE", "A file with that passphrase, readable by you alone. Without any of the three sfauth asks, where somebody can answer."},
			{"SFAUTH_DEBUG", "1 logs method, host, path, status and error of each request to stderr; the full screen logs to a file that it names. No secret is in it."},
			{"BROWSER", "The command that opens the login page; it is given the address."},
			{"HTTPS_PROXY, NO_PROXY", "The proxy for https, and the hosts that need none."},
			{"SSL_CERT_FILE", "A file of root certificates to trust in place of the system's, on Linux."},
			{"ACCESSIBLE", "Set to anything, the same as --plain: lines in place of a full screen."},
			{"SFAUTH_LANG", "en or ja. Without it the locale says which: LC_ALL, LC_MESSAGES, LANG."},
			{"SFAUTH_NO_MOTION", "Set to anything, nothing moves on the screen that need not."},
			{"SFAUTH_NO_MOUSE", "Set to anything, the screen takes no clicks."},
			{"NO_COLOR", "Set to anything, there are no colours."},
		}},
		Files: Section{"Files", []Entry{
			{"~/.config/sfauth/index.json", "Names, users and login hosts of the connections: nothing secret, but who can change it decides where tokens are sent. On macOS it is in ~/Library/Application Support/sfauth, on Windows in %LocalAppData%\\sfauth."},
			{"~/.config/sfauth/sealed/", "The latest refresh token and access token of each connection that has been renewed, encrypted with a key from the keychain."},
			{"~/.config/sfauth/vault/, vault-key.age", "With --store file: the secrets themselves, encrypted, and the key to them, encrypted with your key file or passphrase."},
			{"~/.config/sfauth/locks/", "One lock for each connection, so that only one process renews it."},
		}},
		Transcripts: Section{"Examples", []Entry{
			{"sfauth", "Set up the first connection, or look after those there are."},
			{"sfauth token acme", "Print a working access token, and nothing else."},
			{"sfauth exec acme -- ./load.sh", "Run a program that finds the token in its environment."},
			{"sfauth login acme --no-browser", "Authorise acme again over SSH: open the link anywhere, and paste the address you land on."},
			{"sfauth check --json", "What Salesforce says of each connection now, for a monitor."},
		}},
		Protected: Section{"Security", []Entry{
			{"", "The client secret and the refresh token are one item of the OS keychain: service sfauth, account the connection's id. No secret is taken from a flag, written in the clear, logged, or shown unless you ask for it."},
			{"", "With refresh token rotation the new token is sealed on the disk before the keychain is asked to change and before the access token is printed: a crash or a failing keychain loses nothing. A renewal whose answer never arrived is not repeated, since that could end the grant."},
			{"", "Whoever can run programs as you, or as root, can ask sfauth and the keychain for tokens as you can. exec and export hand secrets to other programs: what those do with them is theirs."},
		}},
	},
}
