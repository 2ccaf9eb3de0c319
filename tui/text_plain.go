package tui

// plainText is what the line-by-line wizard says, one finished sentence each.
type plainText struct {
	keychain, listening, pasteOnly                  string
	opened, notOpened                               string
	waiting, paste, standIn                         string
	stray, tlsStray                                 string
	code, granted, grantedAsked, notGranted         string
	signedIn, identityUnknown                       string
	saved, next                                     string
	notSaved, retryOrShow, retry, show, allow, deny string
	columns                                         string
}

var plainEN = plainText{
	keychain:        "Secrets go to %s.",
	listening:       "Listening for the answer on %s",
	pasteOnly:       "The answer goes to %s, where sfauth cannot listen: it has to be pasted.",
	opened:          "Opened the browser.",
	notOpened:       "No browser was opened: %s.",
	waiting:         "Open this address and allow access, by %s:",
	paste:           "Or paste the address of the page you land on, or the code in it, and press enter.",
	standIn:         "This is the demo: type allow or deny, and sfauth answers in your place.",
	stray:           "Ignored a request that is not the answer (%s).",
	tlsStray:        "Your browser insists on https for localhost: paste the address of the page that does not load.",
	code:            "The code is here.",
	granted:         "Granted: %s.",
	grantedAsked:    "Granted: %s, as asked.",
	notGranted:      "Not granted: %s.",
	signedIn:        "Signed in as %s, org %s.",
	identityUnknown: "Salesforce did not say who signed in: %s.",
	saved:           "Saved as %s in %s.",
	next:            "Next: sfauth token %s",
	notSaved:        "The refresh token is here, but it could not be saved: %s.",
	retryOrShow:     "Type retry to save again, or show to print the refresh token here.",
	retry:           "retry",
	show:            "show",
	allow:           "allow",
	deny:            "deny",
	columns:         "NAME\tUSER\tDOMAIN\tSTORE\tAUTHORISED",
}
