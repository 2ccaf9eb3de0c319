package text

import (
	"strings"

	"sfauth/flow"
	"sfauth/flow/export"
)

const (
	jsonArray = "an array of objects"
	noScreen  = "line by line, without a full screen"
)

var englishCommands = map[string]CommandText{
	"sfauth": {
		Short: "Get a Salesforce refresh token, and keep it working",
		Long: `sfauth takes you through a browser to a Salesforce refresh token, keeps it in
your OS keychain, and hands out working access tokens to scripts.`,
		Example: `  sfauth                 set up a connection, or look after those there are
  sfauth demo            try it without an org
  sfauth token acme      print a working access token`,
		Flags: map[string]string{"plain": noScreen, "debug": "log requests to stderr, without secrets (SFAUTH_DEBUG=1)"},
	},
	"login": {
		Short:   "Set up a connection, or authorise NAME again",
		Long:    "Set up a connection, or authorise NAME again. What a flag gives is not asked for.",
		Example: "  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin < secret",
		Flags: map[string]string{
			"domain":              "login domain: acme, or any address of the org",
			"trust-domain":        "the domain is meant although it is none of Salesforce's, as a site's own is, or does not answer as a login host: do not ask",
			"client-id":           "Consumer Key of the app",
			"client-secret-stdin": "read the Consumer Secret from the first line of stdin, unseen where that is a terminal",
			"callback":            "callback URL registered in the app (default " + flow.DefaultCallback + ")",
			"prompt":              "prompt parameter to send: login, consent, select_account",
			"login-hint":          "username to fill in at the login",
			"scope":               `scopes to ask for (default "` + flow.DefaultScope + `")`,
			"name":                "name of the new connection",
			"store":               "where the secret goes: keychain or file (default SFAUTH_STORE, else keychain)",
			"no-browser":          "open no browser: show the address",
			"plain":               noScreen,
			"timeout":             "how long to wait for access to be allowed",
		},
	},
	"demo": {
		Short: "Try the wizard on a built-in Salesforce: no org, no keychain, no network",
		Long: `Try the wizard on a Salesforce that this computer plays: no org, no keychain,
no network. It ends on a list of connections in every state that there is, to
look after. Nothing is kept.`,
		Example: `  sfauth demo                       a login, and then the list
  sfauth demo --fail other_user     somebody else allows access
  sfauth demo --fail invalid_scope  the app lacks a scope`,
		Flags: map[string]string{
			"fail": "fail as Salesforce does: a wrong `name` lists them all", "no-browser": "open no browser: sfauth stands in for it", "plain": noScreen,
		},
	},
	"list": {
		Short: "Names and what is known of them; reads no secret",
		Flags: map[string]string{"json": jsonArray},
	},
	"check": {
		Short: "Ask Salesforce which connections are alive; uses up no token",
		Flags: map[string]string{"json": jsonArray, "expiring": "also name those that Salesforce may end within this time for lack of use, as 7d, and exit 4"},
	},
	"token": {
		Short: "Print a working access token",
		Flags: map[string]string{
			"fresh": "renew now, whatever is cached", "max-age": "how old a cached token may be",
			"json": "an object: the token, instance URL, user, org, time of issue",
		},
	},
	"exec": {
		Short: "Run a command with the connection in its environment",
		Long: `Run a command with SALESFORCE_ACCESS_TOKEN, _INSTANCE_URL, _ORG_ID, _USER_ID, _USERNAME
and _LOGIN_URL in its environment, and without sfauth's own variables. The command takes
sfauth's place: signals and exit code are its own.`,
		Flags: map[string]string{
			"fresh": "renew now, whatever is cached", "max-age": "how old a cached token may be",
			"prefix": "what the variables' names begin with",
		},
	},
	"export": {
		Short: "Print the refresh token and what belongs to it",
		Flags: map[string]string{
			"format": "one of " + strings.Join(export.Formats(), ", "),
			"output": "write to this file, which only you may read",
		},
	},
	"rename": {Short: "Change a connection's name"},
	"move": {
		Short: "Change where a connection's secret lives",
		Flags: map[string]string{"store": "keychain or file"},
	},
	"remove": {
		Short: "Revoke a connection at Salesforce, then forget it",
		Flags: map[string]string{"yes": "do not ask", "keep-grant": "forget only: the token stays valid at Salesforce"},
	},
	"doctor": {
		Short: "What works on this machine, and what to do about what does not",
		Flags: map[string]string{"json": jsonArray, "callback": "callback URL to try", "domain": "login host to try"},
	},
	"version": {Short: "Print the version"},
	"help":    {Short: "Explain a command"},
	"man":     {Short: "Print the manual page"},
}
