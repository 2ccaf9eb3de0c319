package text

import (
	"strings"

	"sfauth/flow"
	"sfauth/flow/export"
)

const (
	jsonArray = "an array of objects"
	noScreen  = "line by line, without a full screen"

	englishFor = "data360: exchange the access token for the one that Data 360 takes at its own instance URL"
)

var englishCommands = []CommandText{
	{
		Name:  "sfauth",
		Short: "Get a Salesforce refresh token, and keep it working",
		Long: `sfauth takes you through a browser to a Salesforce refresh token, keeps it in
your OS keychain, and hands out working access tokens to scripts.`,
		Example: `  sfauth             set up a connection, or look after those there are
  sfauth token acme  print a working access token`,
		ExitCodes:   "Exit codes: 1 failed, 2 usage, 3 no such name, 4 authorise again, 5 try later",
		Environment: "Environment, files and all the rest: sfauth COMMAND --help, sfauth man",
		Flags:       Words[string]{{"plain", noScreen}, {"debug", "log requests to stderr, without secrets (SFAUTH_DEBUG=1)"}},
	},
	{
		Name:  "login",
		Short: "Set up a connection, or authorise NAME again",
		Long:  "Set up a connection, or authorise NAME again. What a flag gives is not asked for.",
		Example: `  sfauth login                    ask for everything
  sfauth login acme               authorise acme again
  sfauth login acme --no-browser  over SSH: open the link, paste the end
  sfauth login acme --from .env   take over what another tool holds
  sfauth login --scope data360    with the scopes of Data 360
  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin <file`,
		ExitCodes:   "Exit codes: 2 something is missing that cannot be asked here, 4 what --from has is dead, 5 the login host cannot be reached.",
		Environment: "Environment: BROWSER opens the page, SFAUTH_STORE says where secrets go, ACCESSIBLE is as --plain.",
		Flags: Words[string]{
			{"from", "take over the refresh token in this file of another tool, or - for stdin: an sfdx-url, .env, JSON, jsforce's, curl, Postman"},
			{"entry", "which grant of several in the file of --from"},
			{"unverified", "save what --from has though Salesforce does not say whether it is valid: do not ask"},
			{"domain", "login domain: acme, or any address of the org"},
			{"trust-domain", "the domain is meant although it is none of Salesforce's, as a site's own is, or does not answer as a login host: do not ask"},
			{"client-id", "Consumer Key of the app"},
			{"client-secret-stdin", "read the Consumer Secret from the first line of stdin, unseen where that is a terminal"},
			{"callback", "callback URL registered in the app (default " + flow.DefaultRedirectURI + ")"},
			{"prompt", "prompt parameter to send: login, consent, select_account"},
			{"login-hint", "username to fill in at the login"},
			{"scope", `scopes to ask for; or what for: rest, data360, agent, mcp; or all (default "` + flow.DefaultScope + `")`},
			{"name", "name of the new connection"},
			{"store", "where the secret goes: keychain, file or postgres (default SFAUTH_STORE, else keychain)"},
			{"no-browser", "open no browser: show the address"},
			{"plain", noScreen},
			{"timeout", "how long to wait for access to be allowed"},
		},
	},
	{
		Name:  "demo",
		Short: "Try it all on a Salesforce that this computer plays",
		Long: `Try it all on a Salesforce that this computer plays: no org, no keychain, no
network. It ends on a list of connections in every state that there is, to look
after. Nothing is kept.`,
		Example: `  sfauth demo                       a login, and then the list
  sfauth demo --fail other_user     somebody else allows access
  sfauth demo --fail invalid_scope  the app lacks a scope`,
		Flags: Words[string]{
			{"fail", "fail as Salesforce does: a wrong name lists them all"}, {"no-browser", "open no browser: sfauth stands in for it"}, {"plain", noScreen},
		},
	},
	{
		Name:  "list",
		Short: "Names and what is known of them; reads no secret",
		Example: `  sfauth list
  sfauth list --json | jq -r '.[].name'`,
		Flags: Words[string]{{"json", jsonArray}},
	},
	{
		Name:  "check",
		Short: "Ask Salesforce which connections are alive; uses up no token",
		Example: `  sfauth check
  sfauth check acme billing
  sfauth check --expiring 7d      before Salesforce ends one for lack of use
  sfauth check --json`,
		ExitCodes: "Exit codes: 0 all are alive, 3 no such connection, 4 one needs re-authorising, or comes near to that, 5 one could not be asked, 1 anything else is wrong.",
		Flags:     Words[string]{{"json", jsonArray}, {"expiring", "also name those that Salesforce may end within this time for lack of use, as 7d, and exit 4"}},
	},
	{
		Name:  "token",
		Short: "Print a working access token",
		Long:  "Print a working access token: one line on stdout, and nothing else. With one connection saved, NAME is not needed.",
		Example: `  sfauth token acme
  sfauth token acme --json | jq -r .instance_url
  sfauth token acme --for data360
  sfauth token acme | sed 's/^/Authorization: Bearer /' | curl -H @- "$URL"`,
		ExitCodes: "Exit codes: 3 no such connection, 4 a person must run sfauth login NAME, 5 Salesforce unreachable: try later.",
		Flags: Words[string]{
			{"fresh", "renew now, whatever is cached"}, {"max-age", "how old a cached token may be"},
			{"json", "an object: the token, instance URL, user, org, time of issue"},
			{"for", englishFor},
		},
	},
	{
		Name:  "exec",
		Short: "Run a command with the connection in its environment",
		Example: `  sfauth exec acme -- ./load.sh
  sfauth exec acme -- sh -c 'echo "$SALESFORCE_INSTANCE_URL"'
  sfauth exec acme --prefix SF_ -- env
  sfauth exec acme --as dlt -- python pipeline.py`,
		ExitCodes: "Exit codes: the command's own; 127 there is no such command, 126 it cannot be executed; before it starts, 3, 4 and 5 as of sfauth token.",
		Long: `Run a command with SALESFORCE_ACCESS_TOKEN, _INSTANCE_URL, _ORG_ID, _USER_ID,
_USERNAME and _LOGIN_URL in its environment. The command takes sfauth's place:
signals and exit code are its own.

An access token may end before a long job does. SALESFORCE_TOKEN_COMMAND is the
command line that prints another one: sfauth with its full path, quoted for a
shell. Of sfauth's own variables the command gets those alone that say where its
files are.`,
		Flags: Words[string]{
			{"fresh", "renew now, whatever is cached"}, {"max-age", "how old a cached token may be"},
			{"prefix", "what the variables' names begin with"}, {"for", englishFor},
			{"as", "name token and instance URL as this tool wants them: " + strings.Join(export.Presets(), ", ")},
		},
	},
	{
		Name:  "export",
		Short: "Print a connection as another tool takes it",
		Long: `Print a connection as another tool takes it: its refresh token and what belongs
to it or, where a tool would end the connection with that, what has the tool ask
sfauth for access tokens. Then no secret is in it, and stderr says why.`,
		Example: `  sfauth export acme --format dotenv --output .env
  sfauth export acme --format sfdx-url
  sfauth export acme --format jsforce > connection.mjs
  sfauth export acme --format mcp > .mcp.json`,
		ExitCodes: "Exit codes: 2 there is no such format, 3 no such connection.",
		Flags: Words[string]{
			{"format", "one of " + strings.Join(export.Formats(), ", ")},
			{"output", "write to this file, which only you may read"},
			{"prefix", "what the variables' names begin with, of env, dotenv and mcp (default " + export.VariablePrefix + ")"},
			{"refresh-token", "print the refresh token all the same, for a tool that forgets rotated ones"},
		},
	},
	{
		Name:      "rename",
		Short:     "Change a connection's name",
		Example:   "  sfauth rename acme acme-old",
		ExitCodes: "Exit codes: 2 the new name cannot be used, 3 no such connection.",
	},
	{
		Name:  "move",
		Short: "Change where a connection's secret lives",
		Example: `  sfauth move acme --store file
  sfauth move acme --store postgres   for every machine that has its settings`,
		ExitCodes:   "Exit codes: 2 there is no such store, 3 no such connection.",
		Environment: "Environment: SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE opens the encrypted file, and what is in PostgreSQL; SFAUTH_POSTGRES or PGHOST and the others say where that is.",
		Flags:       Words[string]{{"store", "keychain, file or postgres"}},
	},
	{
		Name:  "remove",
		Short: "Revoke a connection at Salesforce, then forget it",
		Example: `  sfauth remove acme
  sfauth remove acme --yes          in a script: do not ask
  sfauth remove acme --keep-grant   another tool goes on using the token`,
		ExitCodes: "Exit codes: 2 nobody can be asked here, 3 no such connection.",
		Flags:     Words[string]{{"yes", "do not ask"}, {"keep-grant", "forget only: the token stays valid at Salesforce"}},
	},
	{
		Name:  "doctor",
		Short: "What works on this machine, and what to do about what does not",
		Example: `  sfauth doctor
  sfauth doctor --domain acme --callback http://localhost:8080/callback
  sfauth doctor --create-table   in the PostgreSQL that machines share`,
		ExitCodes:   "Exit codes: 1 not everything works here.",
		Environment: "Environment: HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are tried as the login uses them.",
		Flags: Words[string]{{"json", jsonArray}, {"callback", "callback URL to try"}, {"domain", "login host to try"},
			{"create-table", "make sfauth's table in PostgreSQL, where it is not there"}, {"sql", "print what an administrator has to run to make it"}},
	},
	{
		Name:  "completion",
		Short: "Print what a shell needs to complete commands, flags and names",
		Example: `  source <(sfauth completion bash)
  source <(sfauth completion zsh)
  sfauth completion fish | source
  sfauth completion powershell | Out-String | Invoke-Expression`,
	},
	{Name: "version", Short: "Print the version", Example: "  sfauth version"},
	{Name: "help", Short: "Explain a command", Example: "  sfauth help token"},
	{Name: "man", Short: "Print the manual page", Example: "  sfauth man | man -l -"},
}
