package text

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
)

// Ways through Setup (SALESFORCE.md §4.2, §6.1).
const (
	setupApp       = "Setup → External Client App Manager → your app"
	setupKey       = setupApp + " → Settings → OAuth Settings → Consumer Key and Secret"
	setupCallback  = setupApp + " → Settings → OAuth Settings → Callback URL"
	setupScopes    = setupApp + " → Settings → OAuth Settings → Selected OAuth Scopes"
	setupFlows     = setupApp + " → Settings → OAuth Settings → Flow Enablement"
	setupPermitted = setupApp + " → Policies → App Policies"
	setupPolicies  = setupApp + " → Policies → OAuth Policies"
	setupUsage     = "Setup → Connected Apps OAuth Usage"
	setupHistory   = "Setup → Login History"
	setupUsers     = "Setup → Users"
	setupMyDomain  = "Setup → My Domain"
	setupData360   = "Setup → Data Cloud Setup Home"
)

const (
	wholeKey           = "Copy the Consumer Key again, from its first to its last character."
	tryThenReport      = "Try again, and report it to sfauth with the words above if it repeats."
	ownMyDomain        = "Use the My Domain of the org that the app was made in: a Local app is unknown anywhere else, also at login.salesforce.com."
	startKeyring       = "Without a desktop, run gnome-keyring-daemon --replace --unlock < FILE on Linux. FILE has the keychain's password."
	sfShows            = "Run sf org auth show-sfdx-auth-url --json -o USER, and give what it prints to sfauth login --from -."
	sfShowed           = "Before May 2026 it was sf org display --verbose --json."
	letWrite           = "Make room on the disk, or let sfauth write in its directory."
	whereItIs          = "Run sfauth doctor to see where that is."
	tryLaterOrDatabase = "Try again, or look after the database: psql takes the same settings."
)

// browserChoices are the failures of flow.BrowserKinds as they look in the browser.
var browserChoices = Words[flow.Kind]{
	{flow.KindRedirectURIMismatch, "redirect_uri_mismatch"},
	{flow.KindInvalidClientID, "invalid_client_id"},
	{flow.KindAppNotInstalled, "app must be installed into org"},
	{flow.KindApprovalError, "OAUTH_APPROVAL_ERROR_GENERIC, an unexpected error"},
	{flow.KindLocalhostRefused, "localhost cannot be reached, or refused to connect"},
	{flow.KindLoginLoop, "the login comes back again and again, or asks for a code"},
	{flow.KindBlankPage, "a blank page, a 404, or a page that does not exist"},
	{flow.KindCrossOrg, "Cross-org OAuth flows are not supported"},
	{flow.KindAppNotFound, "External client app is not installed in this org"},
	{flow.KindFileDownloaded, "nothing, but a file named authorize was downloaded"},
	{flow.KindCodeChallengeMissing, "missing required code challenge"},
	{flow.KindBrowserHTTPS, "a warning that localhost is not secure, or an SSL error"},
	{flow.KindInsufficientPrivileges, "Insufficient Privileges"},
}

// englishTrouble is what a kind of failure looks like to a person, in each of its forms.
func englishTrouble(k flow.Kind, a About) Trouble {
	t := inEnglish(k, a)
	t.Sentence = t.Title + "."
	t.Short, t.Long = t.Sentence+" "+t.Fix[0], t.Sentence+" "+t.Meaning
	t.Why, t.Hint = englishLine(t.Title), englishLine(t.Fix[0])
	return t
}

// englishLine is a sentence without its capital, but for that of a name, and without its
// full stop.
func englishLine(sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	for _, name := range []string{"Salesforce ", "Windows ", "PostgreSQL "} {
		if strings.HasPrefix(sentence, name) {
			return sentence
		}
	}
	first, size := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToLower(first)) + sentence[size:]
}

func inEnglish(k flow.Kind, a About) Trouble {
	named := ""
	if a.Name != "" {
		named = " " + a.Name
	}
	logOut := "Log out at " + a.Logout + ", or open the link in a private window."
	runLogin := "Run sfauth login" + named + " to authorise again."
	switch k {
	// Salesforce's page.
	case flow.KindRedirectURIMismatch:
		return Trouble{
			Title:   "The callback URL is not registered",
			Meaning: "The app does not list " + a.Callback + ". Salesforce compares every character: scheme, host, port, path, a last slash.",
			Fix: []string{
				"Add " + a.Callback + " to the app, on a line of its own.",
				"Or give sfauth the Callback URL that the app already has.",
				"Wait up to 10 minutes after a change, up to 30 for a new app.",
			},
			Setup: setupCallback,
		}
	case flow.KindInvalidClientID:
		return Trouble{
			Title:   "Salesforce does not know this Consumer Key",
			Meaning: cmp.Or(a.OddClientID, "The key is not whole, the app is younger than half an hour, or it belongs to another org than "+a.Host+"."),
			Fix: []string{
				wholeKey,
				ownMyDomain,
				"Wait up to 30 minutes if the app is new.",
				"Open the link in a private window: the browser may be logged in to another org.",
			},
			Setup: setupKey,
		}
	case flow.KindAppNotInstalled:
		return Trouble{
			Title:   "The app is not installed in this org",
			Meaning: "Salesforce stops apps that come from another org and are not installed, unless the user may approve such apps.",
			Fix: []string{
				"Install the app in Setup, then choose Manage App Policies.",
				"Or give the user a permission set with Approve Uninstalled Connected Apps.",
				"Check that the app has every scope that is asked for.",
				"Log in as a user with a full licence: API-only and integration users cannot approve.",
			},
			Setup: setupUsage,
		}
	case flow.KindApprovalError:
		return Trouble{
			Title:   "Salesforce could not finish the approval",
			Meaning: "Salesforce has one error for several causes: the app is not installed, lacks a scope, or the user may not approve it.",
			Fix: []string{
				"Install the app in Setup, then choose Manage App Policies.",
				"Add the missing scope to the app, or ask for none to get all it has.",
				"Log in as a user with a full licence: API-only and integration users cannot approve.",
				"Give the user Use Any API Client if API Access Control is on.",
			},
			Setup: setupUsage,
		}
	case flow.KindCodeChallengeMissing:
		return Trouble{
			Title:   "The link came without its PKCE challenge",
			Meaning: "The app requires PKCE, and sfauth always sends it. So the link was most likely cut when it was copied.",
			Fix: []string{
				"Open the link again from sfauth, or copy it whole.",
				"Report it to sfauth if the link was whole.",
			},
		}
	case flow.KindInsufficientPrivileges:
		return Trouble{
			Title:   "This session may not approve apps",
			Meaning: "Salesforce shows Insufficient Privileges to an admin who is logged in as another user.",
			Fix: []string{
				logOut,
				"Log in as the user that the token is for.",
			},
		}
	case flow.KindCrossOrg:
		return Trouble{
			Title:   "The app belongs to another org",
			Meaning: "A Local app works in the org it was made in alone. Often the browser is still logged in to another org.",
			Fix:     []string{logOut, ownMyDomain, "Package the app if it has to work in other orgs."},
			Setup:   setupApp + " → Settings → Distribution State",
		}
	case flow.KindAppNotFound:
		return Trouble{
			Title:   "The app is not in this org",
			Meaning: "There is no such External Client App at " + a.Host + ": it belongs to another org, or its package is not installed here.",
			Fix: []string{
				ownMyDomain,
				"Install the package if the app comes in one.",
				"Make the app again after a sandbox refresh: only packaged apps are copied.",
			},
			Setup: setupApp,
		}
	case flow.KindBlankPage:
		return Trouble{
			Title:   "The page is blank or does not exist",
			Meaning: "The browser did not get to the login page: the address was cut, or " + a.Host + " is not a login host.",
			Fix: []string{
				"Open the link again from sfauth, or copy it whole.",
				"Check the org's address: " + a.Host + " must be its My Domain.",
				"Try a private window, without extensions.",
			},
		}
	case flow.KindLoginLoop:
		return Trouble{
			Title:   "The login does not get through",
			Meaning: "This is between the browser and the org: password, verification code, single sign-on, or a frozen user.",
			Fix: []string{
				"Try a private window, or another browser.",
				"Log in to " + a.Host + " by itself first, then open the link again.",
				"Ask an admin what Login History says about the attempt.",
			},
			Setup: setupHistory,
		}
	case flow.KindFileDownloaded:
		return Trouble{
			Title:   "The error came as a file",
			Meaning: "Salesforce sent an error as bare text, and the browser saved it as a file named authorize.",
			Fix: []string{
				"Open the file named authorize with a text editor, and paste what it says here.",
				"Open the link again from sfauth if it says missing required code challenge: it was cut.",
			},
		}
	case flow.KindLocalhostRefused:
		return Trouble{
			Title:   "The browser cannot reach sfauth",
			Meaning: "Access was allowed, but the browser is on another machine, or a proxy or firewall is in between.",
			Fix: []string{
				"Paste the whole address from the address bar into sfauth: the code is in it.",
				"Or forward the port over SSH: ssh -L " + a.Port + ":localhost:" + a.Port + ".",
				"Leave localhost out of the proxy's settings.",
			},
		}
	case flow.KindBrowserHTTPS:
		return Trouble{
			Title:   "The browser insists on https",
			Meaning: "It turned " + a.Callback + " into an https address. sfauth listens with http, as Salesforce allows for localhost.",
			Fix: []string{
				"Paste the whole address from the address bar into sfauth: the code is in it.",
				"Allow http for localhost in the browser, or use another browser.",
			},
		}

	// The callback.
	case flow.KindAccessDenied:
		return Trouble{
			Title:   "Access was denied",
			Meaning: "Deny was pressed on Salesforce's page.",
			Fix:     []string{"Try again and press Allow."},
		}
	case flow.KindAppBlocked:
		return Trouble{
			Title:   "The app is blocked",
			Meaning: "An admin of the org has blocked this app.",
			Fix:     []string{"Unblock the app in Setup."},
			Setup:   setupUsage,
		}
	case flow.KindAppAccessDenied:
		return Trouble{
			Title:   "The user may not use this app",
			Meaning: "The app is open to users that an admin has approved, and this user is not among them.",
			Fix: []string{
				"Add the user's profile or permission set to the app.",
				"Or set Permitted Users to All users can self-authorize.",
			},
			Setup: setupPermitted,
		}
	case flow.KindInvalidScope:
		return Trouble{
			Title:   "The app lacks a scope that was asked for",
			Meaning: "Only scopes that are selected in the app can be granted.",
			Fix: []string{
				"Add the scope to the app, or ask for fewer.",
				"Ask for no scopes at all to get every one that the app has.",
			},
			Setup: setupScopes,
		}
	case flow.KindImmediateUnsuccessful:
		return Trouble{
			Title:   "Salesforce wanted to ask, and was told not to",
			Meaning: "The request said that nobody may be asked. sfauth never says so: something changed the link.",
			Fix:     []string{"Open the link again from sfauth, or copy it whole.", "Report it to sfauth if it happens again."},
		}
	case flow.KindServerBusy:
		return Trouble{
			Title:   "Salesforce cannot answer now",
			Meaning: "Salesforce is busy or under maintenance. Nothing is wrong with the connection.",
			Fix:     []string{"Try again in a few minutes.", "Look at status.salesforce.com if it lasts."},
		}
	case flow.KindWrongVersion:
		return Trouble{
			Title:   "The org has another version of the app",
			Meaning: "The Consumer Key and Secret belong to another version of the app than the org has installed.",
			Fix:     []string{"Install the app's current version in the org."},
			Setup:   setupUsage,
		}

	// The token endpoint.
	case flow.KindCodeExpired:
		return Trouble{
			Title:   "The authorization code is no longer valid",
			Meaning: "A code works once and for 15 minutes, at the host and for the app it was made for.",
			Fix:     []string{"Start the login again: a code cannot be tried twice."},
		}
	case flow.KindCodeCut:
		return Trouble{
			Title:   "The code is not whole",
			Meaning: "Salesforce does not know it: it was cut or changed when it was copied. A code often ends in ==.",
			Fix:     []string{"Paste the whole address that the browser ends at."},
		}
	case flow.KindCodeVerifier:
		return Trouble{
			Title:   "The code belongs to another login",
			Meaning: "Salesforce could not match the code with the PKCE verifier of this login. It may come from an older one.",
			Fix:     []string{"Start the login again, and close older tabs first.", "Report it to sfauth if it happens again."},
		}
	case flow.KindTokenExpired:
		return Trouble{
			Title:   "The connection needs re-authorising",
			Meaning: "Salesforce takes its refresh token no more: it was revoked, expired, unused for too long, or replaced elsewhere.",
			Fix: []string{
				runLogin,
				"Give every tool a connection of its own: two that share a rotating token end it for both.",
				"Count its authorisations: Salesforce allows five per user and app, and a sixth ends the oldest.",
				"Look at the app's Refresh Token Policy if it happens again.",
			},
			Setup: setupPolicies,
		}
	case flow.KindAlreadyProcessing:
		return Trouble{
			Title:   "Another program is renewing this token",
			Meaning: "Salesforce had a renewal of the same token in hand and turned this one away.",
			Fix: []string{
				"Try again in a minute.",
				"Give every tool a connection of its own if it happens again.",
			},
		}
	case flow.KindIPRestricted:
		return Trouble{
			Title:   "Not from here, or not at this hour",
			Meaning: "The user's profile or the app allows logins from some addresses or at some hours only.",
			Fix: []string{
				"Relax the app's IP Relaxation, or add this network to the profile's Login IP Ranges.",
				"Look at the profile's Login Hours.",
				"Switch Enforce Refresh Token IP Allowlist off for an app that laptops use.",
			},
			Setup: setupPolicies + " → IP Relaxation",
		}
	case flow.KindAuthenticationFailure:
		return Trouble{
			Title:   "The org does not let this user in",
			Meaning: "The user may be locked, have an expired password, or be kept out by a single sign-on policy.",
			Fix:     []string{"Look at the user's last rows in Login History: they name the cause."},
			Setup:   setupHistory,
		}
	case flow.KindInactiveUser:
		return Trouble{
			Title:   "The user is not active",
			Meaning: "The user was deactivated or frozen.",
			Fix:     []string{"Activate or unfreeze the user, or authorise as another one."},
			Setup:   setupUsers,
		}
	case flow.KindInactiveOrg:
		return Trouble{
			Title:   "The org is not active",
			Meaning: "The org is locked, closed or suspended.",
			Fix:     []string{"Ask an admin of the org, or Salesforce, to open it again."},
		}
	case flow.KindClientCredentials:
		return Trouble{
			Title:   "Salesforce does not accept key and secret",
			Meaning: "The Consumer Secret is wrong, was replaced, or is required and was left empty. The host may be wrong as well.",
			Fix: []string{
				"Copy the Consumer Secret again, whole.",
				ownMyDomain,
				"Authorise again if the secret is right: the grant may have been revoked.",
			},
			Setup: setupKey,
		}
	case flow.KindUnsupportedGrant:
		return Trouble{
			Title:   "Salesforce does not do this grant",
			Meaning: "The flow may be switched off for the app or the org. If it is not, sfauth asked wrongly.",
			Fix: []string{
				"Check that OAuth is enabled for the app, and its flows allowed in the org.",
				"Report it to sfauth if they are.",
			},
			Setup: setupFlows,
		}
	case flow.KindRateLimit:
		return Trouble{
			Title:   "Too many logins or requests",
			Meaning: "The user has reached Salesforce's limit of logins per hour, or this network asks too often. Renewals count as logins.",
			Fix:     []string{"Wait an hour, then try again.", "Find in Login History what logs in so often."},
			Setup:   setupHistory,
		}
	case flow.KindRetryRequest:
		return Trouble{
			Title:   "Salesforce asks to try again",
			Meaning: "It gives no reason. If it repeats, the app may belong to another org than " + a.Host + ".",
			Fix:     []string{"Try again in a minute.", ownMyDomain},
		}
	case flow.KindOrgGone:
		return Trouble{
			Title:   "The org is gone",
			Meaning: "Data Not Available is what deleted and expired scratch, trial and sandbox orgs say.",
			Fix:     []string{"Set up a connection to another org: nothing brings this one back."},
		}
	case flow.KindScratchExpired:
		return Trouble{
			Title:   "The org does not answer as one",
			Meaning: "Status 420 is what expired scratch orgs answer.",
			Fix: []string{
				"Try again later, if the org should be there.",
				"Set up a connection to another org if this one has expired.",
			},
		}
	case flow.KindInvalidRequest:
		return Trouble{
			Title:   "Salesforce did not understand the request",
			Meaning: "Something was missing or wrong in what sfauth sent, or the link was cut when it was copied.",
			Fix:     []string{tryThenReport},
		}
	case flow.KindNoRefreshToken:
		return Trouble{
			Title:   "Salesforce gave no refresh token",
			Meaning: "The app lacks the scope refresh_token, or the app's policy expires it at once.",
			Fix: []string{
				"Add Perform requests at any time (refresh_token, offline_access) to the app.",
				"Change Immediately expire refresh token, if that is the app's policy.",
			},
			Setup: setupScopes,
		}
	case flow.KindData360Scope:
		return Trouble{
			Title:   "The connection may not use Data 360",
			Meaning: "Its access token lacks the scopes of Data 360: it was authorised without them, or the app does not have them.",
			Fix: []string{
				"Run sfauth login" + named + " --scope data360 to authorise again.",
				"Add cdp_query_api and cdp_ingest_api to the app before, if it lacks them.",
				"Wait up to 10 minutes after a change of the app.",
			},
			Setup: setupScopes,
		}
	case flow.KindData360Missing:
		return Trouble{
			Title:   "The org has no Data 360",
			Meaning: "The org does not exchange tokens for Data 360: it is not provisioned there, or only in another org.",
			Fix: []string{
				"Set Data 360 up in the org, or use a connection to the org that has it.",
				"Wait for its setup to end: until then there is no instance to talk to.",
			},
			Setup: setupData360,
		}
	case flow.KindData360Refused:
		return Trouble{
			Title:   "Data 360 does not let this user in",
			Meaning: "The org exchanged no access token of this user for one of Data 360, not even a new one.",
			Fix: []string{
				"Add a permission set of Data 360 to the user, such as Data Cloud User.",
				"Authorise again if the user has one: sfauth login" + named + " --scope data360.",
			},
			Setup: setupUsers + " → Permission Set Assignments",
		}
	case flow.KindBadAnswer:
		return Trouble{
			Title:   "The answer makes no sense",
			Meaning: "What came from " + a.Host + ", or from something in between, is no answer: maintenance, a proxy, or the wrong host.",
			Fix: []string{
				"Try again in a few minutes.",
				"Check that " + a.Host + " is the org's My Domain.",
				"Look at HTTPS_PROXY, if there is a proxy.",
			},
		}

	// What was typed.
	case flow.KindDomainEmpty:
		return Trouble{
			Title:   "There is no address yet",
			Meaning: "sfauth has to know where you log in.",
			Fix:     []string{"Type your My Domain, or paste any address of your org."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainInvalid:
		return Trouble{
			Title:   "This is not an address",
			Meaning: "A login address is a host like acme.my.salesforce.com, without user name or password.",
			Fix:     []string{"Copy it from the browser's address bar: any page of your org will do."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainNotHTTPS:
		return Trouble{
			Title:   "The address is not https",
			Meaning: "Secrets travel over https alone. Only a test server on this machine may use http.",
			Fix:     []string{"Use the same address with https://."},
		}
	case flow.KindDomainInstanced:
		return Trouble{
			Title:   "This is a server's address, not your org's",
			Meaning: "Addresses like na44.salesforce.com move with the org, and Salesforce gives up logins there.",
			Fix:     []string{"Use your My Domain, like acme.my.salesforce.com."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainNoOrg:
		return Trouble{
			Title:   "This does not name your org",
			Meaning: "An address of your org begins with your org's own name, as acme does in acme.my.salesforce.com.",
			Fix:     []string{"Copy the address of any page of your org: it has the name in it.", "Name a sandbox with its org, like acme--uat."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainID:
		return Trouble{
			Title:   "This is an ID, a key or a token, not an address",
			Meaning: "Where to log in is told by your org's My Domain. Nothing was looked up.",
			Fix:     []string{"Copy the address of any page of your org."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainUsername:
		return Trouble{
			Title:   "This is a user name, not an address",
			Meaning: "Where to log in is told by your org's My Domain. The browser asks for the user name later.",
			Fix:     []string{"Copy the address of any page of your org."},
			Setup:   setupMyDomain,
		}
	case flow.KindDomainForeign:
		return Trouble{
			Title:   "This host is none of Salesforce's",
			Meaning: "A site can have a domain of its own. Whoever owns " + a.Host + " gets your password, the app's secret and the tokens.",
			Fix:     []string{"Check every letter of the address, or use your My Domain, like acme.my.salesforce.com."},
		}
	case flow.KindDomainImitates:
		return Trouble{
			Title:   "This host looks like one of Salesforce's, and is not",
			Meaning: "Whoever owns " + a.Host + " gets your password, the app's secret and the tokens. Such names are made for that.",
			Fix:     []string{"Use your My Domain, like acme.my.salesforce.com, unless you know for certain who owns this one."},
		}
	case flow.KindClientIDEmpty:
		return Trouble{
			Title:   "There is no Consumer Key yet",
			Meaning: "It tells Salesforce which app asks for access.",
			Fix:     []string{"Copy the Consumer Key from the app's settings."},
			Setup:   setupKey,
		}
	case flow.KindClientIDBlank:
		return Trouble{
			Title:   "There is a blank inside the Consumer Key",
			Meaning: "A Consumer Key is one word. More than the key was copied, or it was broken over two lines.",
			Fix:     []string{wholeKey},
			Setup:   setupKey,
		}
	case flow.KindRedirectURIInvalid:
		return Trouble{
			Title:   "This callback URL cannot be used",
			Meaning: "It must begin with http://localhost, or with https:// when you paste the answer yourself.",
			Fix:     []string{"Enter the Callback URL as the app has it, like http://localhost:1717/OauthRedirect."},
			Setup:   setupCallback,
		}
	case flow.KindScopeInvalid:
		return Trouble{
			Title:   "These are not scopes",
			Meaning: "Scopes are names like api and refresh_token, with blanks between them.",
			Fix:     []string{"Type the names of the scopes, as they stand in brackets in Setup."},
			Setup:   setupScopes,
		}
	case flow.KindScopeNoRefresh:
		return Trouble{
			Title:   "No refresh token can come of these scopes",
			Meaning: "Salesforce gives one only where refresh_token is asked for. full does not include it.",
			Fix:     []string{"Add refresh_token to the scopes, also to full."},
		}
	case flow.KindNameInvalid:
		return Trouble{
			Title:   "This name cannot be used",
			Meaning: "A name has 1 to 64 of the characters a-z, 0-9, dot, hyphen and underscore.",
			Fix:     []string{"Choose another name, like acme-uat."},
		}
	case flow.KindNameTaken:
		return Trouble{
			Title:   "There is a connection of this name",
			Meaning: a.Name + " is already saved, and is not overwritten.",
			Fix:     []string{"Choose another name, or run sfauth login" + named + " to authorise that one again."},
		}
	case flow.KindNoConnection:
		return Trouble{
			Title:   "There is no connection" + named,
			Meaning: "Nothing is saved as" + named + ".",
			Fix:     []string{"Run sfauth list to see the names.", "Run sfauth login" + named + " to make it."},
		}

	// The listener.
	case flow.KindPortBusy:
		return Trouble{
			Title:   "Port " + a.Port + " is in use",
			Meaning: "Another program listens there. It could receive what is meant for sfauth, so sfauth does not start.",
			Fix: []string{
				"Close the other program, perhaps another sfauth or sf login, and try again.",
				"Or use another Callback URL that the app has registered.",
				"Or go on by pasting the address that the browser ends at.",
			},
			Setup: setupCallback,
		}
	case flow.KindPortPrivileged:
		return Trouble{
			Title:   "Port " + a.Port + " needs more rights",
			Meaning: "Ports below 1024 belong to the system's administrator.",
			Fix: []string{
				"Use a Callback URL with a port above 1023, and register it in the app.",
				"Or go on by pasting the address that the browser ends at.",
			},
			Setup: setupCallback,
		}
	case flow.KindPortReserved:
		return Trouble{
			Title:   "Windows keeps port " + a.Port + " for itself",
			Meaning: "It is in a range that Hyper-V, WSL or Docker has reserved. No program has to be running there.",
			Fix: []string{
				"Use a Callback URL with another port, and register it in the app.",
				"Or go on by pasting the address that the browser ends at.",
				"Run netsh int ipv4 show excludedportrange tcp to see the ranges.",
			},
			Setup: setupCallback,
		}
	case flow.KindListenFailed:
		return Trouble{
			Title:   "sfauth cannot listen on port " + a.Port,
			Meaning: "The system does not let sfauth receive the browser's answer at " + a.Callback + ".",
			Fix: []string{
				"Use another Callback URL that the app has registered.",
				"Or go on by pasting the address that the browser ends at.",
			},
			Setup: setupCallback,
		}

	// While a person is waited for.
	case flow.KindPasteAuthorizeURL:
		return Trouble{
			Title:   "This is the address to open, not the answer",
			Meaning: "The answer is the address that the browser ends at, after Allow.",
			Fix:     []string{"Paste the address that begins with " + a.Callback + "."},
		}
	case flow.KindPasteNoCode:
		return Trouble{
			Title:   "There is no code in this",
			Meaning: "The address that the browser ends at has code= in it.",
			Fix:     []string{"Paste the whole address that begins with " + a.Callback + "."},
		}
	case flow.KindPasteCut:
		return Trouble{
			Title:   "This is the beginning of the answer",
			Meaning: "Its end is missing, with the state that tells whose answer it is.",
			Fix:     []string{"Paste the rest of it, or the whole address again."},
		}
	case flow.KindPasteWrongState:
		return Trouble{
			Title:   "This is the answer to another login",
			Meaning: "It was made by an older link. sfauth takes the answer to the present one only.",
			Fix:     []string{"Open the present link, allow access, and paste the address it ends at."},
		}
	case flow.KindTimeout:
		return Trouble{
			Title:   "Nobody allowed access in time",
			Meaning: "No answer came. Most of Salesforce's errors stay in the browser: what does it show?",
			Fix: []string{
				"Look at the browser: if it shows an error, press e to find its cause.",
				"Try again, and allow access in the browser.",
			},
		}

	// What came back.
	case flow.KindIssuer:
		return Trouble{
			Title:   "The answer names another sender",
			Meaning: "The answer says that it comes from another host than " + a.Host + ". Nothing was sent there.",
			Fix:     []string{"Use the My Domain of the org you log in to, then try again."},
		}
	case flow.KindSignature:
		return Trouble{
			Title:   "The answer's signature is wrong",
			Meaning: "Salesforce signs with the Consumer Secret. So the secret is not the app's, or the answer was changed on its way.",
			Fix: []string{
				"Copy the Consumer Secret again, whole.",
				"Leave it empty if the app does not require a secret.",
			},
			Setup: setupKey,
		}
	case flow.KindForeignHost:
		return Trouble{
			Title:   "The answer points away from Salesforce",
			Meaning: "It names a host that is not Salesforce's. sfauth sends no token there, and keeps nothing of the answer.",
			Fix: []string{
				"Check that " + a.Host + " is your org's address.",
				"Report it to sfauth if it is.",
			},
		}
	case flow.KindOtherUser:
		return Trouble{
			Title:   "This is another user or org",
			Meaning: "Nothing of" + named + " was overwritten.",
			Fix:     []string{"Log out at " + a.Logout + ", then authorise as the user of" + named + "."},
		}
	case flow.KindNotSalesforce:
		return Trouble{
			Title:   a.Host + " is not a Salesforce login page",
			Meaning: "It answers, but not as Salesforce's login hosts do.",
			Fix:     []string{"Use your My Domain, like acme.my.salesforce.com."},
		}
	case flow.KindTruncated:
		return Trouble{
			Title:   "The answer broke off",
			Meaning: a.Host + ", or something in between, began to answer and hung up. What was sent is not sent again by itself.",
			Fix:     []string{"Try again in a few minutes."},
		}

	// The way there.
	case flow.KindUnreachable:
		return Trouble{
			Title:   "Cannot reach " + a.Host,
			Meaning: "There is no network, or something in between does not let sfauth through.",
			Fix: []string{
				"Check the network, then try again.",
				"Set HTTPS_PROXY, if there is a proxy.",
			},
		}
	case flow.KindNoHost:
		return Trouble{
			Title:   "There is no host " + a.Host,
			Meaning: "No name server that this machine asks knows it.",
			Fix: []string{
				"Check the spelling of " + a.Host + ".",
				"Check the network, if it is right.",
				"Set HTTPS_PROXY, if there is a proxy.",
			},
		}
	case flow.KindRefused:
		return Trouble{
			Title:   "Nothing listens at " + a.Host,
			Meaning: "The connection was refused.",
			Fix: []string{
				"Check the spelling of " + a.Host + ".",
				"Try again in a few minutes, if it is right.",
			},
		}
	case flow.KindReset:
		return Trouble{
			Title:   "The connection to " + a.Host + " was cut",
			Meaning: "It was closed before an answer came. What was sent is not sent again by itself.",
			Fix: []string{
				"Try again in a few minutes.",
				"Look at HTTPS_PROXY, if there is a proxy.",
			},
		}
	case flow.KindNoAnswer:
		return Trouble{
			Title:   "Salesforce did not answer in time",
			Meaning: "A connection to " + a.Host + " was made, and then nothing came back. What was sent is not sent again by itself.",
			Fix: []string{
				"Try again in a few minutes.",
				"Look at HTTPS_PROXY, if there is a proxy.",
			},
		}
	case flow.KindTLS:
		return Trouble{
			Title:   a.Host + " does not speak HTTPS",
			Meaning: "What answers there begins no secure connection: another program, or the login page of this network.",
			Fix: []string{
				"Log in to this network first, if it is a hotel's or a train's.",
				"Check the spelling of " + a.Host + ".",
			},
		}
	case flow.KindCAUnknown:
		return Trouble{
			Title:   "The certificate of " + a.Host + " is not trusted",
			Meaning: "Nobody that this machine trusts has signed it. A proxy that reads along is the usual cause.",
			Fix:     []string{"Set SSL_CERT_FILE to a file with your network's certificate, if it has one."},
		}
	case flow.KindCAFile:
		return Trouble{
			Title:   "The file in SSL_CERT_FILE cannot be used",
			Meaning: "It has the certificates to trust, and is missing or has none in PEM form. So " + a.Host + " was not trusted.",
			Fix:     []string{"Set SSL_CERT_FILE to a file with certificates in PEM form, or unset it."},
		}
	case flow.KindCertificateName:
		return Trouble{
			Title:   "The certificate is not that of " + a.Host,
			Meaning: "It is made out to another name, so something else answers there.",
			Fix: []string{
				"Log in to this network first, if it is a hotel's or a train's.",
				"Check the spelling of " + a.Host + ".",
			},
		}
	case flow.KindCertificateExpired:
		return Trouble{
			Title:   "The certificate of " + a.Host + " is not valid now",
			Meaning: "It has expired or begins later, by the clock of this machine.",
			Fix:     []string{"Check this machine's date and time."},
		}
	case flow.KindProxyInvalid:
		return Trouble{
			Title:   "The proxy in HTTPS_PROXY is no address",
			Meaning: "sfauth does not go past a proxy that is set. Nothing was sent.",
			Fix:     []string{"Set HTTPS_PROXY to an address like http://proxy.example:8080, or unset it."},
		}
	case flow.KindProxyDown:
		return Trouble{
			Title:   "The proxy cannot be reached",
			Meaning: "HTTPS_PROXY names it, and nothing answers there. Nothing was sent.",
			Fix:     []string{"Check HTTPS_PROXY, or unset it where no proxy is needed."},
		}
	case flow.KindProxyTLS:
		return Trouble{
			Title:   "The proxy does not speak HTTPS",
			Meaning: "HTTPS_PROXY begins with https://, and what answers there does not, or with a certificate that is not trusted.",
			Fix:     []string{"Use http:// in HTTPS_PROXY: what goes through the proxy is HTTPS all the same."},
		}
	case flow.KindProxyPassword:
		return Trouble{
			Title:   "The proxy wants a password",
			Meaning: "The proxy in HTTPS_PROXY lets nobody through without one, or does not accept the one it is told.",
			Fix:     []string{"Set HTTPS_PROXY with it, like http://USER:PASSWORD@proxy.example:8080."},
		}
	case flow.KindProxyRefuses:
		return Trouble{
			Title:   "The proxy does not let sfauth through",
			Meaning: "The proxy in HTTPS_PROXY refuses the way to " + a.Host + ".",
			Fix:     []string{"Ask whoever runs the proxy to allow " + a.Host + "."},
		}

	// The keychain.
	case flow.KindKeychainNoBus:
		return Trouble{
			Title:   "This session has no keychain",
			Meaning: "A keychain needs a D-Bus session, which SSH logins, containers and cron usually lack.",
			Fix: []string{
				"Run sfauth in a desktop session, or keep new connections in an encrypted file: sfauth login --store file.",
				"Without a desktop, run dbus-run-session -- sh, and the next in it.",
				startKeyring,
			},
		}
	case flow.KindKeychainNoProvider:
		return Trouble{
			Title:   "No keychain is running",
			Meaning: "There is a D-Bus session, but no program in it that keeps secrets.",
			Fix: []string{
				"Start GNOME Keyring, KWallet or KeePassXC, or keep new connections in an encrypted file: sfauth login --store file.",
				startKeyring,
			},
		}
	case flow.KindKeychainNoCollection:
		return Trouble{
			Title:   "The keychain has no place for secrets yet",
			Meaning: "It runs, but has no default collection.",
			Fix: []string{
				"Make a keyring named Login in your keychain's program, or use an encrypted file: sfauth login --store file.",
				startKeyring,
			},
		}
	case flow.KindKeychainNoDefault:
		return Trouble{
			Title:   "There is no default keychain",
			Meaning: "None of your keychains is the default one, so macOS has nowhere to keep what is new.",
			Fix: []string{
				"Run security default-keychain -s login.keychain-db, then try again.",
				"Or keep new connections in an encrypted file: sfauth login --store file.",
			},
		}
	case flow.KindKeychainNoFile:
		return Trouble{
			Title:   "The keychain's file is missing or damaged",
			Meaning: "On a Mac it is a file, usually in ~/Library/Keychains, which is not there or cannot be read.",
			Fix: []string{
				"Look where it should be with security list-keychains, or keep new connections in an encrypted file: sfauth login --store file.",
				"Put it back from a backup. Without one, log out and in: macOS then offers a new keychain.",
			},
		}
	case flow.KindKeychainNoLogin:
		return Trouble{
			Title:   "This session has no keychain of a login",
			Meaning: "On macOS the keychain belongs to somebody's login. Daemons, cron and root usually have none.",
			Fix: []string{
				"Run sfauth as somebody who is logged in to this Mac, or keep new connections in an encrypted file: sfauth login --store file.",
			},
		}
	case flow.KindKeychainUnavailable:
		return Trouble{
			Title:   "The keychain cannot be used here",
			Meaning: "It does not answer in this session. Nothing was changed in it.",
			Fix: []string{
				"Run sfauth in a desktop session of your own, or keep new connections in an encrypted file: sfauth login --store file.",
			},
		}
	case flow.KindKeychainNoWindow:
		return Trouble{
			Title:   "The keychain cannot ask here",
			Meaning: "It would ask in a window first, and this session can open none. The secrets are all still there.",
			Fix: []string{
				"Run security unlock-keychain in this session, then try again.",
				"Run sfauth once in Terminal on the Mac itself, and answer Always Allow.",
			},
		}
	case flow.KindKeychainLocked:
		return Trouble{
			Title:   "The keychain is locked",
			Meaning: "It has to be unlocked before secrets can be read or kept. They are all still there.",
			Fix: []string{
				"Unlock the keychain, then try again.",
				"Without a desktop, run gnome-keyring-daemon --replace --unlock < FILE on Linux. FILE has its password. On a Mac, run security unlock-keychain.",
			},
		}
	case flow.KindKeychainAsks:
		return Trouble{
			Title:   "The keychain asks about each program",
			Meaning: "KeePassXC would ask a person first. Nobody may be there to answer for a script, so it was not made to.",
			Fix: []string{
				"Switch off in KeePassXC: Settings, Secret Service Integration, Confirm when passwords are retrieved by clients.",
				"Or run sfauth without a command: there its window may open.",
			},
		}
	case flow.KindKeychainDenied:
		return Trouble{
			Title:   "The keychain refused access",
			Meaning: "A question was answered with no, or sfauth is not allowed to use this keychain.",
			Fix:     []string{"Try again, and allow sfauth to use the keychain."},
		}
	case flow.KindKeychainTimeout:
		return Trouble{
			Title:   "The keychain is not answering",
			Meaning: "It took the question and said nothing. Nothing is lost.",
			Fix: []string{
				"Try again, and start the keychain anew if it stays silent: log out and in.",
				"Answer it if a window of its own is open somewhere.",
			},
		}
	case flow.KindKeychainUnanswered:
		return Trouble{
			Title:   "The keychain asked and got no answer",
			Meaning: "A window of its own was not answered. It may be behind others. Nothing is lost.",
			Fix:     []string{"Try again, and answer the window of the keychain."},
		}
	case flow.KindKeychainTooBig:
		return Trouble{
			Title:   "This is too big for the keychain",
			Meaning: "The secret and token together are longer than the keychain holds.",
			Fix: []string{
				"Switch JWT-based access tokens off for the app, then authorise again.",
				"Report it to sfauth if they are off.",
			},
			Setup: setupApp + " → Settings → OAuth Settings → Security",
		}
	case flow.KindKeychainNotStored:
		return Trouble{
			Title:   "The keychain kept nothing",
			Meaning: "It said yes, but what was written is not there. Usually its question was closed without an answer.",
			Fix:     []string{"Try again, and answer the keychain's question."},
		}
	case flow.KindKeychainMissing:
		return Trouble{
			Title:   "The secret is not in the keychain",
			Meaning: a.Name + " is listed, but its secret was removed, or is in another user's or machine's keychain.",
			Fix:     []string{runLogin},
		}
	case flow.KindKeychainCorrupt:
		return Trouble{
			Title:   "The stored secret cannot be read",
			Meaning: "Something is kept for" + named + ", but it is not what sfauth wrote.",
			Fix:     []string{runLogin},
		}
	case flow.KindSaveFailed:
		return Trouble{
			Title:   "The connection could not be saved",
			Meaning: "Everything was obtained, and is kept as long as sfauth runs.",
			Fix: []string{
				"Try again once the cause is gone.",
				"Copy the refresh token before you leave: Salesforce does not show it twice.",
			},
		}
	case flow.KindTokenLost:
		return Trouble{
			Title:   "The refresh token is used up",
			Meaning: "Salesforce gave a new refresh token in place of the old one. It could not be kept, and the old one is used up.",
			Fix:     []string{runLogin},
		}
	case flow.KindCheckRefused:
		return Trouble{
			Title:   "Salesforce does not answer this check",
			Meaning: "The org does not let this app look at its own refresh token. Nothing is known to be wrong with the connection.",
			Fix:     []string{"Check it by renewing: sfauth token" + named + " --fresh."},
		}
	case flow.KindHeldNothing:
		return Trouble{
			Title:   "No refresh token was found",
			Meaning: "sfauth knows sfdx-urls, variables, JSON, YAML, curl commands and Postman exports, and found none here.",
			Fix:     []string{"Choose the file that has it, or run sfauth login to get one through the browser."},
		}
	case flow.KindHeldTooLong:
		return Trouble{
			Title:   "The file is too long",
			Meaning: "sfauth reads settings and commands up to 256 KB, JSON up to 4 MB, and found no refresh token in what it read.",
			Fix:     []string{"Copy the part that has the refresh token into a file of its own."},
		}
	case flow.KindHeldAccessToken:
		return Trouble{
			Title:   "This is an access token",
			Meaning: "It ends within hours, and cannot be renewed. What can be taken over is a refresh token.",
			Fix:     []string{"Run sfauth login to get a refresh token through the browser."},
		}
	case flow.KindHeldEncrypted:
		return Trouble{
			Title:   "The Salesforce CLI has encrypted this token",
			Meaning: "Its key is in a place of that CLI's own: this file alone opens nothing.",
			Fix:     []string{sfShows, sfShowed},
		}
	case flow.KindHeldRedacted:
		return Trouble{
			Title:   "The Salesforce CLI has left the token out",
			Meaning: "Its command sf org display shows no secrets any more.",
			Fix:     []string{sfShows},
		}
	case flow.KindHeldAsks:
		return Trouble{
			Title:   "This file has no token: it asks sfauth for one",
			Meaning: "What it belongs to works as long as sfauth has the connection, and needs no token of its own.",
			Fix:     []string{"Run sfauth login to set up the connection on this machine, if it is not there."},
		}
	case flow.KindHeldAlready:
		return Trouble{
			Title:   "A connection has this very token already",
			Meaning: "Saved twice, a token that rotates would end for both connections.",
			Fix:     []string{"Use" + cmp.Or(named, " the connection") + ", which has it."},
		}
	case flow.KindNoRoom:
		return Trouble{
			Title:   "Nothing was renewed",
			Meaning: "What a renewal brings must have a place first, and sfauth cannot use its files. The refresh token still works.",
			Fix:     []string{letWrite, whereItIs},
		}
	case flow.KindHalfKept:
		return Trouble{
			Title:   "The new token is in one place of two",
			Meaning: "The keychain or the sealed file did not take it. The other has it, and nothing is lost.",
			Fix:     []string{"Run sfauth doctor: the next renewal tries again."},
		}

	// The encrypted file, and moving between stores.
	case flow.KindNoKey:
		return Trouble{
			Title:   "There is no key for the encrypted file",
			Meaning: "It takes a key file, or a passphrase and the vault-key.age that was made with it. That was not given, or is not there.",
			Fix: []string{
				"Set SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE.",
				"Put vault-key.age back from a backup, if that is what is missing.",
			},
		}
	case flow.KindPassphrasesDiffer:
		return Trouble{
			Title:   "The two passphrases differ",
			Meaning: "A new passphrase is typed twice, since nothing can be read without it. Nothing was changed.",
			Fix:     []string{"Try again, and type the same passphrase twice."},
		}
	case flow.KindFileMissing:
		return Trouble{
			Title:   "The connection's encrypted file is missing",
			Meaning: a.Name + " is listed, but the file with its secret was removed, or is on another machine.",
			Fix:     []string{runLogin, "Or put the file back from a backup."},
		}
	case flow.KindFileCorrupt:
		return Trouble{
			Title:   "The connection's encrypted file cannot be read",
			Meaning: "It is there, but is damaged, or is not what sfauth wrote.",
			Fix:     []string{runLogin, "Or put the file back from a backup."},
		}
	case flow.KindBadKey:
		return Trouble{
			Title:   "This key does not open the encrypted file",
			Meaning: "The key or the passphrase is another than the one it was written with. Nothing was changed.",
			Fix:     []string{"Try again with the right one."},
		}
	case flow.KindNoVault:
		return Trouble{
			Title:   "This store is not known here",
			Meaning: a.Name + " is kept in a store that this sfauth does not have.",
			Fix:     []string{"Use keychain, file or postgres, or install the newest sfauth if that is what saved the connection."},
		}
	case flow.KindChanged:
		return Trouble{
			Title:   "What is kept was changed outside sfauth",
			Meaning: "The list of connections and the secrets no longer belong together. Nothing was sent, nothing was handed out, and everything is as it was.",
			Fix:     []string{runLogin, "Or put sfauth's files back as they were, if you have changed or restored them."},
		}
	case flow.KindOldCopy:
		return Trouble{
			Title:   "The old copy is still there",
			Meaning: a.Name + " was moved and works from its new store. Its secret could not be deleted from the old one.",
			Fix:     []string{"Run sfauth doctor: what is left is deleted when the store can be reached."},
		}

	// PostgreSQL, and the other machines that use it.
	case flow.KindNeverCameBack:
		return Trouble{
			Title:   "Another machine was renewing this and never came back",
			Meaning: "It has sent the refresh token, and what came of that is on it alone. The token here is spent.",
			Fix:     []string{"Start sfauth on that machine once, or run sfauth login" + named + "."},
		}
	case flow.KindUnasked:
		return Trouble{
			Title:   "It is not on this machine, and PostgreSQL cannot be asked",
			Meaning: "The environment names a database, which may have it.",
			Fix:     []string{"Check the name; where connections are shared, look after the database."},
		}
	case flow.KindDatabaseUnnamed:
		return Trouble{
			Title:   "The environment does not say where PostgreSQL is",
			Meaning: "Connections that were used here are in a database, and neither SFAUTH_POSTGRES nor PGHOST is set.",
			Fix:     []string{"Set SFAUTH_POSTGRES, or PGHOST and the others: cron and services do not read a shell's profile."},
		}
	case flow.KindDatabaseDown:
		return Trouble{
			Title:   "PostgreSQL cannot be reached",
			Meaning: "No connection came about, or it ended. Nothing of this connection was changed.",
			Fix:     []string{tryLaterOrDatabase},
		}
	case flow.KindDatabaseSlow:
		return Trouble{
			Title:   "PostgreSQL does not answer in time",
			Meaning: "It took the connection or the question, and said nothing.",
			Fix:     []string{tryLaterOrDatabase},
		}
	case flow.KindDatabaseFull:
		return Trouble{
			Title:   "PostgreSQL has no room or no connection left",
			Meaning: "Its disk or memory is full, or it has as many clients as it may. No token was spent.",
			Fix:     []string{"Make room for it, or raise max_connections."},
		}
	case flow.KindDatabaseReadOnly:
		return Trouble{
			Title:   "PostgreSQL takes no writes",
			Meaning: "It is a replica, or default_transaction_read_only is on. No token was spent.",
			Fix:     []string{"Use the primary as PGHOST, or set PGTARGETSESSIONATTRS to read-write."},
		}
	case flow.KindDatabaseSettings:
		return Trouble{
			Title:   "The settings of PostgreSQL make no sense",
			Meaning: "SFAUTH_POSTGRES, a variable such as PGPORT, or the file of a service cannot be read.",
			Fix:     []string{"Check SFAUTH_POSTGRES and the PG variables: psql takes the same."},
		}
	case flow.KindDatabasePassword:
		return Trouble{
			Title:   "PostgreSQL refuses the user or the password",
			Meaning: "It is there, and does not let this user in from here.",
			Fix:     []string{"Check SFAUTH_POSTGRES, or PGUSER and PGPASSWORD or PGPASSFILE: psql takes the same."},
		}
	case flow.KindDatabaseMissing:
		return Trouble{
			Title:   "PostgreSQL has no database of that name",
			Meaning: "The server is there, and knows no such database.",
			Fix:     []string{"Check SFAUTH_POSTGRES or PGDATABASE, or have the database made."},
		}
	case flow.KindDatabaseCertificate:
		return Trouble{
			Title:   "The certificate of PostgreSQL is not accepted",
			Meaning: "It has expired, is for another host, or comes from an authority that is not known here.",
			Fix:     []string{"Set PGSSLROOTCERT to the file of its authority, or have the certificate renewed."},
		}
	case flow.KindDatabaseTLS:
		return Trouble{
			Title:   "PostgreSQL and PGSSLMODE do not agree on encryption",
			Meaning: "One of the two demands TLS, and the other does not have it.",
			Fix:     []string{"Switch TLS on in the server, or change PGSSLMODE."},
		}
	case flow.KindNoSharedKey:
		return Trouble{
			Title:   "There is no key for the connections in PostgreSQL",
			Meaning: "Every machine opens them with the same key file or passphrase. That was not given, or is not there.",
			Fix:     []string{"Set SFAUTH_KEY_FILE to a copy of the key file of the machine that made them, or SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE."},
		}
	case flow.KindBadSharedKey:
		return Trouble{
			Title:   "This key does not open the connections in PostgreSQL",
			Meaning: "Every machine needs the key or the passphrase that the first one kept them with. Nothing was changed.",
			Fix:     []string{"Try again with the right one, or set SFAUTH_KEY_FILE to a copy of the key file of a machine where it works."},
		}
	case flow.KindDatabasePlain:
		return Trouble{
			Title:   "The connection to PostgreSQL is not encrypted",
			Meaning: "Tokens stay sealed. But whoever is on the way can read the names of connections, and change what is written.",
			Fix:     []string{"Set PGSSLMODE=verify-full, and PGSSLROOTCERT where the server has an authority of its own."},
		}
	case flow.KindDatabaseRights:
		return Trouble{
			Title:   "The user of PostgreSQL may not do this",
			Meaning: "sfauth needs SELECT, INSERT, UPDATE and DELETE on the table sfauth.",
			Fix:     []string{"Ask an administrator to run what sfauth doctor --sql prints."},
		}
	case flow.KindNoTable:
		return Trouble{
			Title:   "The table of sfauth is not in PostgreSQL",
			Meaning: "The database is there, and has no table sfauth that this user sees.",
			Fix:     []string{"Run sfauth doctor --create-table, or have an administrator run what sfauth doctor --sql prints."},
		}
	case flow.KindOtherTable:
		return Trouble{
			Title:   "The table in PostgreSQL is that of another version",
			Meaning: "It has other columns than this sfauth knows. Nothing was changed.",
			Fix:     []string{"Install the newest sfauth on every machine."},
		}
	case flow.KindDatabase:
		return Trouble{
			Title:   "PostgreSQL cannot be used",
			Meaning: "It answered with an error that sfauth does not know. Everything is kept as it was.",
			Fix:     []string{tryLaterOrDatabase},
		}

	case flow.KindStillRenewing:
		return Trouble{
			Title:   "Another machine is renewing this",
			Meaning: "It has been for a minute, and no new token has come from it. No token was spent here.",
			Fix:     []string{"Try again in a minute: then sfauth finds out what became of it."},
		}

	// The files of sfauth.
	case flow.KindStoreBusy:
		return Trouble{
			Title:   "Another sfauth is at work on this",
			Meaning: "It holds the lock and did not let go in time.",
			Fix:     []string{"Try again when the other sfauth has ended."},
		}
	case flow.KindIndexDamaged:
		return Trouble{
			Title:   "The list of connections is damaged",
			Meaning: "The file cannot be read. sfauth does not touch it: the secrets in the keychain are as they were.",
			Fix:     []string{"Move the file away, or put a backup in its place.", "Set the connections up again, if there is no backup."},
		}
	case flow.KindIndexNewer:
		return Trouble{
			Title:   "A newer sfauth wrote the list of connections",
			Meaning: "This version does not know its format, and leaves it alone.",
			Fix:     []string{"Install the newest sfauth."},
		}
	case flow.KindForeignHome:
		return Trouble{
			Title:   "These files belong to somebody else",
			Meaning: "sfauth runs as root, and files written here would lock their owner out.",
			Fix:     []string{"Run sfauth as their owner, without sudo.", "Or set SFAUTH_HOME to a directory of root's."},
		}
	case flow.KindNoHome:
		return Trouble{
			Title:   "No directory for sfauth's files is known",
			Meaning: "There is neither a home directory nor another that was set for them.",
			Fix:     []string{"Set SFAUTH_HOME to a directory of your own."},
		}
	case flow.KindExposed:
		return Trouble{
			Title:   "Others can get at sfauth's files",
			Meaning: "Whoever can change them decides where tokens are sent, and whoever can read a key reads the tokens. Nothing was used, and nothing written.",
			Fix:     []string{"Run chmod 700 on a directory, chmod 600 on a file, if it is yours.", "Or set SFAUTH_HOME to a directory of your own."},
		}
	case flow.KindNotDirectory:
		return Trouble{
			Title:   "sfauth's directory is not a directory",
			Meaning: "Something else is in its place. sfauth does not touch it.",
			Fix:     []string{"Set SFAUTH_HOME to a directory, or move away what is in its place."},
		}
	case flow.KindNoLock:
		return Trouble{
			Title:   "This file system has no locks",
			Meaning: "Without one, two sfauth could use the same token, which would end it. Nothing was begun.",
			Fix:     []string{whereItIs},
		}
	case flow.KindFiles:
		return Trouble{
			Title:   "sfauth cannot use its files",
			Meaning: "The disk is full or cannot be written to, or the files belong to somebody else.",
			Fix:     []string{letWrite, whereItIs},
		}
	}
	return Trouble{
		Title:   "Something unexpected happened",
		Meaning: "sfauth does not know this answer. Everything is kept as it was.",
		Fix:     []string{tryThenReport},
	}
}
