package tui

// plainText is what the line-by-line wizard and the lists say, one finished
// sentence each.
type plainText struct {
	askDomain, askClientID, askSecret       string
	askSecretOrNone, register, odd          string
	missing, loginHelp, newHere, nameTwice  string
	noSecretOnStdin, oddSecretOnStdin       string
	giveSecret                              string
	host, plainHTTP, doubted, goingOn       string
	trustDomain                             string
	noPaste, pasteError                     string
	keychain, listening, pasteOnly          string
	opened, notOpened                       string
	waiting, paste, standIn                 string
	stray, tlsStray, foreignStray           string
	shows, stuck                            string
	code, granted, grantedAsked, notGranted string
	signedIn, identityUnknown               string
	saved, next, revoked, notRevoked        string
	awaitKeychain, awaitTokens, awaitName   string
	awaitRevoked                            string
	notSaved, anothers, choose              string
	remedies                                map[remedy]string // what is typed, and what that does
	allow, deny, yes                        string            // what is typed
	columns, verdictColumns                 string
	empty, none, byHand                     string
	remove, nobody, nothingDone             string
	passphrase, passphraseNew               string
	passphraseAgain                         string
	sickOf, finishing, otherFormat, run     string
}

var plainEN = plainText{
	askDomain:        "Login domain, as acme or any address of your org:",
	askClientID:      "Consumer Key:",
	askSecret:        "Consumer Secret, which is not shown:",
	askSecretOrNone:  "Consumer Secret, which is not shown, empty if the app does not require one:",
	register:         "The app must have %s as its Callback URL, exactly so.",
	odd:              "A whole Consumer Key is 3MVG and some 80 characters more: going on with this one all the same.",
	missing:          "nothing can be asked here: missing %s",
	loginHelp:        "run sfauth login --help",
	newHere:          "This sets up a new connection: sfauth list shows those that are saved.",
	nameTwice:        "NAME and --name cannot both be given: --name is for a connection that must be new",
	oddSecretOnStdin: "--client-secret-stdin: %w",
	noSecretOnStdin:  "--client-secret-stdin: no secret on stdin (%w)",
	giveSecret:       "give the app's Consumer Secret with --client-secret-stdin: none was given",
	host:             "Logging in at %s.",
	plainHTTP:        "Logging in at %s, by plain http: for a test server on this machine alone.",
	doubted:          "This may be the wrong host: %s. Type it again to go on all the same, or type another.",
	goingOn:          "This may be the wrong host: %s. Going on all the same, as --trust-domain says.",
	trustDomain:      "say --trust-domain besides --domain if you know who owns this host",
	noPaste:          "the answer has to be pasted, and nothing comes from stdin any more",
	pasteError:       "run it again, and paste the error that the browser shows, if there is one",
	keychain:         "Secrets go to %s.",
	listening:        "Listening on %s for the answer.",
	pasteOnly:        "The answer goes to %s, where sfauth cannot listen: it has to be pasted.",
	opened:           "Opened the browser.",
	notOpened:        "Opened no browser: %s.",
	waiting:          "Open this address and allow access before %s:",
	paste:            "Or paste the address of the page you land on, or the error it shows, and press enter.",
	standIn:          "This is the demo: type allow or deny, and sfauth answers in your place.",
	stray:            "Ignored a request that is not the answer: %s.",
	tlsStray:         "Your browser insists on https for localhost: paste the address of the page that does not load.",
	foreignStray:     "Ignored an answer from another user of this machine. If it was your browser's, paste the address it shows.",
	shows:            "The browser shows: “%s”.",
	stuck:            "the browser gets no further",
	code:             "Access was allowed.",
	granted:          "Granted: %s.",
	grantedAsked:     "Granted, as asked: %s.",
	notGranted:       "Asked for, not granted: %s.",
	signedIn:         "Signed in as %s.",
	identityUnknown:  "Salesforce did not say who signed in: %s.",
	saved:            "Saved as %s in %s.",
	next:             "Run sfauth token %s to get an access token.",
	revoked:          "Revoked the refresh token that was there before.",
	notRevoked:       "The refresh token that was there before could not be revoked: %s.",
	notSaved:         "The refresh token is here, but not saved: %s.",
	awaitKeychain:    "Waiting for the keychain: one of its windows may be asking you to unlock it.",
	awaitTokens:      "Waiting for Salesforce to trade the code for tokens.",
	awaitName:        "Asking Salesforce who has signed in.",
	awaitRevoked:     "Revoking the refresh token that was there before.",
	anothers:         "%s is of another user: %s.",
	choose:           "Type %s, or %s.",
	remedies: map[remedy]string{
		saveAgain: "retry to save again", saveAsNew: "new to save this as a new connection", replaceSaved: "replace to put it in that one's place",
		saveInFile: "file to keep it in an encrypted file instead", showToken: "show to print the refresh token here", discard: "discard to revoke it",
	},
	allow:           "allow",
	deny:            "deny",
	columns:         "NAME\tUSER\tDOMAIN\tSTORE\tAUTHORISED",
	verdictColumns:  "NAME\tVERDICT\tREASON",
	empty:           "no connections yet: run sfauth",
	none:            "none",
	byHand:          "open the address that sfauth shows in a browser anywhere, and paste where it ends",
	remove:          "This revokes %s at Salesforce and forgets it. Type yes to go on:",
	yes:             "yes",
	nobody:          "nobody can be asked here: say --yes",
	nothingDone:     "nothing was done",
	passphrase:      "Passphrase of sfauth's encrypted file:",
	passphraseNew:   "New passphrase for sfauth's encrypted file:",
	passphraseAgain: "Once more:",

	sickOf:      "not alive: %d of %d",
	run:         "run %s",
	otherFormat: "choose another --format: json has room for everything",
	finishing:   "Finishing what cannot be left half done…",
}
