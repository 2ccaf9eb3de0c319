package text

import (
	"strings"

	"sfauth/flow/takeover"
)

var englishTaken = TakenText{
	Holders: Words[takeover.Tool]{
		{takeover.SalesforceCLI, "the Salesforce CLI"}, {takeover.JSForce, "jsforce"}, {takeover.Curl, "this curl command"}, {takeover.Postman, "Postman"},
		{takeover.Singer, "tap-salesforce"}, {takeover.Airbyte, "Airbyte"}, {takeover.Program, "the other tool"},
	},
	From:   func(holder string) string { return "Found a refresh token that " + holder + " uses." },
	Asking: func(host string) string { return "Asking " + host + " whether it is valid, which does not use it." },
	Valid:  "It is valid, and was not used.",
	PasteIt: func(end string) string {
		return "Paste it, press enter, and then " + end + ". What you paste is not shown."
	},
	Whose:     func(user string) string { return "Its user is " + user + "." },
	Several:   func(names string) string { return "There are several grants: " + names + "." },
	AskWhich:  "Which of them:",
	Unsure:    "Salesforce does not say whether this token is valid: its first renewal will show it.",
	AskUnsure: "Save it all the same? Type yes to go on:",
	Beside: func(names []string) string {
		if len(names) == 1 {
			return names[0] + " is a connection of the same user and app: it stays as it is."
		}
		return "Connections of the same user and app stay as they are: " + strings.Join(names, ", ") + "."
	},
	Stop: func(holder string) string {
		return "Stop " + holder + " from using this token now: with rotation sfauth's next renewal replaces it, and the old one, used again, ends the connection."
	},
	Instead: func(command string) string {
		return "To let it ask sfauth for access tokens instead, run " + command + "."
	},
	Exposed: func(path string) string { return "Others on this machine can read " + path + "." },
	NotNeeded: func(path string) string {
		return "sfauth does not need " + path + " any more: you may delete the token there."
	},

	StdinTwice:    "--from - and --client-secret-stdin both read stdin: give one of them another way",
	WithoutFrom:   "this goes with --from alone",
	NoEntry:       "no grant there is called so",
	WhichEntry:    func(names string) string { return "there are several grants: say --entry with one of " + names },
	SayUnverified: "say --unverified to save it all the same",
	Dead:          "Salesforce takes this refresh token no more",
	LogIn:         "run sfauth login for a token of its own: nothing was saved",
	OtherOne:      "give another NAME to save it as a connection of its own: nothing was replaced",
}
