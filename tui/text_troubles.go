package tui

import "sfauth/flow"

// Trouble is what a failure looks like to a person. {callback}, {port}, {host},
// {name} and {logout} stand for what the failed login or connection had. The first
// of Fix begins with a verb, so that it serves as a hint on a line of its own too.
type Trouble struct {
	Title   string
	Meaning string
	Fix     []string
	Setup   string // the way through Setup, in its own words
}

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
)

const (
	wholeKey      = "Copy the Consumer Key again, from its first to its last character."
	tryThenReport = "Try again, and report it to sfauth with the words above if it repeats."
	ownMyDomain   = "Use the My Domain of the org that the app was made in: a Local app is unknown anywhere else, also at login.salesforce.com."
	logOut        = "Log out at {logout}, or open the link in a private window."
	runLogin      = "Run sfauth login {name} to authorise again."
	startKeyring  = "Without a desktop, run gnome-keyring-daemon --replace --unlock < FILE on Linux. FILE has the keychain's password."
	letWrite      = "Make room on the disk, or let sfauth write in its directory."
	whereItIs     = "Run sfauth doctor to see where that is."
)

// browserChoices are the failures of flow.BrowserKinds as they look in the browser.
var browserChoices = map[flow.Kind]string{
	flow.KindRedirectURIMismatch:    "redirect_uri_mismatch",
	flow.KindInvalidClientID:        "invalid_client_id",
	flow.KindAppNotInstalled:        "app must be installed into org",
	flow.KindApprovalError:          "OAUTH_APPROVAL_ERROR_GENERIC, an unexpected error",
	flow.KindLocalhostRefused:       "localhost cannot be reached, or refused to connect",
	flow.KindLoginLoop:              "the login comes back again and again, or asks for a code",
	flow.KindBlankPage:              "a blank page, a 404, or a page that does not exist",
	flow.KindCrossOrg:               "Cross-org OAuth flows are not supported",
	flow.KindAppNotFound:            "External client app is not installed in this org",
	flow.KindFileDownloaded:         "nothing, but a file named authorize was downloaded",
	flow.KindCodeChallengeMissing:   "missing required code challenge",
	flow.KindBrowserHTTPS:           "a warning that localhost is not secure, or an SSL error",
	flow.KindInsufficientPrivileges: "Insufficient Privileges",
}

var troublesEN = map[flow.Kind]Trouble{
	// Salesforce's page.
	flow.KindRedirectURIMismatch: {
		Title:   "The callback URL is not registered",
		Meaning: "The app does not list {callback}. Salesforce compares every character: scheme, host, port, path, a last slash.",
		Fix: []string{
			"Add {callback} to the app, on a line of its own.",
			"Or give sfauth the Callback URL that the app already has.",
			"Wait up to 10 minutes after a change, up to 30 for a new app.",
		},
		Setup: setupCallback,
	},
	flow.KindInvalidClientID: {
		Title:   "Salesforce does not know this Consumer Key",
		Meaning: "The key is not whole, the app is younger than half an hour, or it belongs to another org than {host}.",
		Fix: []string{
			wholeKey,
			ownMyDomain,
			"Wait up to 30 minutes if the app is new.",
			"Open the link in a private window: the browser may be logged in to another org.",
		},
		Setup: setupKey,
	},
	flow.KindAppNotInstalled: {
		Title:   "The app is not installed in this org",
		Meaning: "Salesforce stops apps that come from another org and are not installed, unless the user may approve such apps.",
		Fix: []string{
			"Install the app in Setup, then choose Manage App Policies.",
			"Or give the user a permission set with Approve Uninstalled Connected Apps.",
			"Check that the app has every scope that is asked for.",
			"Log in as a user with a full licence: API-only and integration users cannot approve.",
		},
		Setup: setupUsage,
	},
	flow.KindApprovalError: {
		Title:   "Salesforce could not finish the approval",
		Meaning: "Salesforce has one error for several causes: the app is not installed, lacks a scope, or the user may not approve it.",
		Fix: []string{
			"Install the app in Setup, then choose Manage App Policies.",
			"Add the missing scope to the app, or ask for none to get all it has.",
			"Log in as a user with a full licence: API-only and integration users cannot approve.",
			"Give the user Use Any API Client if API Access Control is on.",
		},
		Setup: setupUsage,
	},
	flow.KindCodeChallengeMissing: {
		Title:   "The link came without its PKCE challenge",
		Meaning: "The app requires PKCE, and sfauth always sends it. So the link was most likely cut when it was copied.",
		Fix: []string{
			"Open the link again from sfauth, or copy it whole.",
			"Report it to sfauth if the link was whole.",
		},
	},
	flow.KindInsufficientPrivileges: {
		Title:   "This session may not approve apps",
		Meaning: "Salesforce shows Insufficient Privileges to an admin who is logged in as another user.",
		Fix: []string{
			logOut,
			"Log in as the user that the token is for.",
		},
	},
	flow.KindCrossOrg: {
		Title:   "The app belongs to another org",
		Meaning: "A Local app works in the org it was made in alone. Often the browser is still logged in to another org.",
		Fix:     []string{logOut, ownMyDomain, "Package the app if it has to work in other orgs."},
		Setup:   setupApp + " → Settings → Distribution State",
	},
	flow.KindAppNotFound: {
		Title:   "The app is not in this org",
		Meaning: "There is no such External Client App at {host}: it belongs to another org, or its package is not installed here.",
		Fix: []string{
			ownMyDomain,
			"Install the package if the app comes in one.",
			"Make the app again after a sandbox refresh: only packaged apps are copied.",
		},
		Setup: setupApp,
	},
	flow.KindBlankPage: {
		Title:   "The page is blank or does not exist",
		Meaning: "The browser did not get to the login page: the address was cut, or {host} is not a login host.",
		Fix: []string{
			"Open the link again from sfauth, or copy it whole.",
			"Check the org's address: {host} must be its My Domain.",
			"Try a private window, without extensions.",
		},
	},
	flow.KindLoginLoop: {
		Title:   "The login does not get through",
		Meaning: "This is between the browser and the org: password, verification code, single sign-on, or a frozen user.",
		Fix: []string{
			"Try a private window, or another browser.",
			"Log in to {host} by itself first, then open the link again.",
			"Ask an admin what Login History says about the attempt.",
		},
		Setup: setupHistory,
	},
	flow.KindFileDownloaded: {
		Title:   "The error came as a file",
		Meaning: "Salesforce sent an error as bare text, and the browser saved it as a file named authorize.",
		Fix: []string{
			"Open the file named authorize with a text editor, and paste what it says here.",
			"Open the link again from sfauth if it says missing required code challenge: it was cut.",
		},
	},
	flow.KindLocalhostRefused: {
		Title:   "The browser cannot reach sfauth",
		Meaning: "Access was allowed, but the browser is on another machine, or a proxy or firewall is in between.",
		Fix: []string{
			"Paste the whole address from the address bar into sfauth: the code is in it.",
			"Or forward the port over SSH: ssh -L {port}:localhost:{port}.",
			"Leave localhost out of the proxy's settings.",
		},
	},
	flow.KindBrowserHTTPS: {
		Title:   "The browser insists on https",
		Meaning: "It turned {callback} into an https address. sfauth listens with http, as Salesforce allows for localhost.",
		Fix: []string{
			"Paste the whole address from the address bar into sfauth: the code is in it.",
			"Allow http for localhost in the browser, or use another browser.",
		},
	},

	// The callback.
	flow.KindAccessDenied: {
		Title:   "Access was denied",
		Meaning: "Deny was pressed on Salesforce's page.",
		Fix:     []string{"Try again and press Allow."},
	},
	flow.KindAppBlocked: {
		Title:   "The app is blocked",
		Meaning: "An admin of the org has blocked this app.",
		Fix:     []string{"Unblock the app in Setup."},
		Setup:   setupUsage,
	},
	flow.KindAppAccessDenied: {
		Title:   "The user may not use this app",
		Meaning: "The app is open to users that an admin has approved, and this user is not among them.",
		Fix: []string{
			"Add the user's profile or permission set to the app.",
			"Or set Permitted Users to All users can self-authorize.",
		},
		Setup: setupPermitted,
	},
	flow.KindInvalidScope: {
		Title:   "The app lacks a scope that was asked for",
		Meaning: "Only scopes that are selected in the app can be granted.",
		Fix: []string{
			"Add the scope to the app, or ask for fewer.",
			"Ask for no scopes at all to get every one that the app has.",
		},
		Setup: setupScopes,
	},
	flow.KindImmediateUnsuccessful: {
		Title:   "Salesforce wanted to ask, and was told not to",
		Meaning: "The request said that nobody may be asked. sfauth never says so: something changed the link.",
		Fix:     []string{"Open the link again from sfauth, or copy it whole.", "Report it to sfauth if it happens again."},
	},
	flow.KindServerBusy: {
		Title:   "Salesforce cannot answer now",
		Meaning: "Salesforce is busy or under maintenance. Nothing is wrong with the connection.",
		Fix:     []string{"Try again in a few minutes.", "Look at status.salesforce.com if it lasts."},
	},
	flow.KindWrongVersion: {
		Title:   "The org has another version of the app",
		Meaning: "The Consumer Key and Secret belong to another version of the app than the org has installed.",
		Fix:     []string{"Install the app's current version in the org."},
		Setup:   setupUsage,
	},

	// The token endpoint.
	flow.KindCodeExpired: {
		Title:   "The authorization code is no longer valid",
		Meaning: "A code works once and for 15 minutes, at the host and for the app it was made for.",
		Fix:     []string{"Start the login again: a code cannot be tried twice."},
	},
	flow.KindCodeCut: {
		Title:   "The code is not whole",
		Meaning: "Salesforce does not know it: it was cut or changed when it was copied. A code often ends in ==.",
		Fix:     []string{"Paste the whole address that the browser ends at."},
	},
	flow.KindCodeVerifier: {
		Title:   "The code belongs to another login",
		Meaning: "Salesforce could not match the code with the PKCE verifier of this login. It may come from an older one.",
		Fix:     []string{"Start the login again, and close older tabs first.", "Report it to sfauth if it happens again."},
	},
	flow.KindTokenExpired: {
		Title:   "The grant has ended",
		Meaning: "Salesforce takes this refresh token no more: it was revoked, expired, unused for too long, or replaced elsewhere.",
		Fix: []string{
			runLogin,
			"Give every tool a connection of its own: two that share a rotating token end it for both.",
			"Count its authorisations: Salesforce allows five per user and app, and a sixth ends the oldest.",
			"Look at the app's Refresh Token Policy if it happens again.",
		},
		Setup: setupPolicies,
	},
	flow.KindAlreadyProcessing: {
		Title:   "Another program is renewing this token",
		Meaning: "Salesforce had a renewal of the same token in hand and turned this one away.",
		Fix: []string{
			"Try again in a minute.",
			"Give every tool a connection of its own if it happens again.",
		},
	},
	flow.KindIPRestricted: {
		Title:   "Not from here, or not at this hour",
		Meaning: "The user's profile or the app allows logins from some addresses or at some hours only.",
		Fix: []string{
			"Relax the app's IP Relaxation, or add this network to the profile's Login IP Ranges.",
			"Look at the profile's Login Hours.",
			"Switch Enforce Refresh Token IP Allowlist off for an app that laptops use.",
		},
		Setup: setupPolicies + " → IP Relaxation",
	},
	flow.KindAuthenticationFailure: {
		Title:   "The org does not let this user in",
		Meaning: "The user may be locked, have an expired password, or be kept out by a single sign-on policy.",
		Fix:     []string{"Look at the user's last rows in Login History: they name the cause."},
		Setup:   setupHistory,
	},
	flow.KindInactiveUser: {
		Title:   "The user is not active",
		Meaning: "The user was deactivated or frozen.",
		Fix:     []string{"Activate or unfreeze the user, or authorise as another one."},
		Setup:   setupUsers,
	},
	flow.KindInactiveOrg: {
		Title:   "The org is not active",
		Meaning: "The org is locked, closed or suspended.",
		Fix:     []string{"Ask an admin of the org, or Salesforce, to open it again."},
	},
	flow.KindClientCredentials: {
		Title:   "Salesforce does not accept key and secret",
		Meaning: "The Consumer Secret is wrong, was replaced, or is required and was left empty. The host may be wrong as well.",
		Fix: []string{
			"Copy the Consumer Secret again, whole.",
			ownMyDomain,
			"Authorise again if the secret is right: the grant may have been revoked.",
		},
		Setup: setupKey,
	},
	flow.KindUnsupportedGrant: {
		Title:   "Salesforce does not do this grant",
		Meaning: "The flow may be switched off for the app or the org. If it is not, sfauth asked wrongly.",
		Fix: []string{
			"Check that OAuth is enabled for the app, and its flows allowed in the org.",
			"Report it to sfauth if they are.",
		},
		Setup: setupFlows,
	},
	flow.KindRateLimit: {
		Title:   "Too many logins or requests",
		Meaning: "The user has reached Salesforce's limit of logins per hour, or this network asks too often. Renewals count as logins.",
		Fix:     []string{"Wait an hour, then try again.", "Find in Login History what logs in so often."},
		Setup:   setupHistory,
	},
	flow.KindRetryRequest: {
		Title:   "Salesforce asks to try again",
		Meaning: "It gives no reason. If it repeats, the app may belong to another org than {host}.",
		Fix:     []string{"Try again in a minute.", ownMyDomain},
	},
	flow.KindOrgGone: {
		Title:   "The org is gone",
		Meaning: "Data Not Available is what deleted and expired scratch, trial and sandbox orgs say.",
		Fix:     []string{"Set up a connection to another org: nothing brings this one back."},
	},
	flow.KindScratchExpired: {
		Title:   "The org does not answer as one",
		Meaning: "Status 420 is what expired scratch orgs answer.",
		Fix: []string{
			"Try again later, if the org should be there.",
			"Set up a connection to another org if this one has expired.",
		},
	},
	flow.KindInvalidRequest: {
		Title:   "Salesforce did not understand the request",
		Meaning: "Something was missing or wrong in what sfauth sent, or the link was cut when it was copied.",
		Fix:     []string{tryThenReport},
	},
	flow.KindNoRefreshToken: {
		Title:   "Salesforce gave no refresh token",
		Meaning: "The app lacks the scope refresh_token, or the app's policy expires it at once.",
		Fix: []string{
			"Add Perform requests at any time (refresh_token, offline_access) to the app.",
			"Change Immediately expire refresh token, if that is the app's policy.",
		},
		Setup: setupScopes,
	},
	flow.KindBadAnswer: {
		Title:   "The answer makes no sense",
		Meaning: "What came from {host}, or from something in between, is no answer: maintenance, a proxy, or the wrong host.",
		Fix: []string{
			"Try again in a few minutes.",
			"Check that {host} is the org's My Domain.",
			"Look at HTTPS_PROXY, if there is a proxy.",
		},
	},
	flow.KindUnknown: {
		Title:   "Something unexpected happened",
		Meaning: "sfauth does not know this answer. Everything is kept as it was.",
		Fix:     []string{tryThenReport},
	},

	// What was typed.
	flow.KindDomainEmpty: {
		Title:   "There is no address yet",
		Meaning: "sfauth has to know where you log in.",
		Fix:     []string{"Type your My Domain, or paste any address of your org."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainInvalid: {
		Title:   "This is not an address",
		Meaning: "A login address is a host like acme.my.salesforce.com, without user name or password.",
		Fix:     []string{"Copy it from the browser's address bar: any page of your org will do."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainNotHTTPS: {
		Title:   "The address is not https",
		Meaning: "Secrets travel over https alone. Only a test server on this machine may use http.",
		Fix:     []string{"Use the same address with https://."},
	},
	flow.KindDomainInstanced: {
		Title:   "This is a server's address, not your org's",
		Meaning: "Addresses like na44.salesforce.com move with the org, and Salesforce gives up logins there.",
		Fix:     []string{"Use your My Domain, like acme.my.salesforce.com."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainNoOrg: {
		Title:   "This does not name your org",
		Meaning: "An address of your org begins with your org's own name, as acme does in acme.my.salesforce.com.",
		Fix:     []string{"Copy the address of any page of your org: it has the name in it.", "Name a sandbox with its org, like acme--uat."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainID: {
		Title:   "This is an ID, a key or a token, not an address",
		Meaning: "Where to log in is told by your org's My Domain. Nothing was looked up.",
		Fix:     []string{"Copy the address of any page of your org."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainUsername: {
		Title:   "This is a user name, not an address",
		Meaning: "Where to log in is told by your org's My Domain. The browser asks for the user name later.",
		Fix:     []string{"Copy the address of any page of your org."},
		Setup:   setupMyDomain,
	},
	flow.KindDomainForeign: {
		Title:   "This host is none of Salesforce's",
		Meaning: "A site can have a domain of its own. Whoever owns {host} gets your password, the app's secret and the tokens.",
		Fix:     []string{"Check every letter of the address, or use your My Domain, like acme.my.salesforce.com."},
	},
	flow.KindDomainImitates: {
		Title:   "This host looks like one of Salesforce's, and is not",
		Meaning: "Whoever owns {host} gets your password, the app's secret and the tokens. Such names are made for that.",
		Fix:     []string{"Use your My Domain, like acme.my.salesforce.com, unless you know for certain who owns this one."},
	},
	flow.KindClientIDEmpty: {
		Title:   "There is no Consumer Key yet",
		Meaning: "It tells Salesforce which app asks for access.",
		Fix:     []string{"Copy the Consumer Key from the app's settings."},
		Setup:   setupKey,
	},
	flow.KindClientIDBlank: {
		Title:   "There is a blank inside the Consumer Key",
		Meaning: "A Consumer Key is one word. More than the key was copied, or it was broken over two lines.",
		Fix:     []string{wholeKey},
		Setup:   setupKey,
	},
	flow.KindCallbackInvalid: {
		Title:   "This callback URL cannot be used",
		Meaning: "It must begin with http://localhost, or with https:// when you paste the answer yourself.",
		Fix:     []string{"Enter the Callback URL as the app has it, like http://localhost:1717/OauthRedirect."},
		Setup:   setupCallback,
	},
	flow.KindScopeInvalid: {
		Title:   "These are not scopes",
		Meaning: "Scopes are names like api and refresh_token, with blanks between them.",
		Fix:     []string{"Type the names of the scopes, as they stand in brackets in Setup."},
		Setup:   setupScopes,
	},
	flow.KindScopeNoRefresh: {
		Title:   "No refresh token can come of these scopes",
		Meaning: "Salesforce gives one only where refresh_token is asked for. full does not include it.",
		Fix:     []string{"Add refresh_token to the scopes, also to full."},
	},
	flow.KindNameInvalid: {
		Title:   "This name cannot be used",
		Meaning: "A name has 1 to 64 of the characters a-z, 0-9, dot, hyphen and underscore.",
		Fix:     []string{"Choose another name, like acme-uat."},
	},
	flow.KindNameTaken: {
		Title:   "There is a connection of this name",
		Meaning: "{name} is already saved, and is not overwritten.",
		Fix:     []string{"Choose another name, or run sfauth login {name} to authorise that one again."},
	},
	flow.KindNoConnection: {
		Title:   "There is no connection {name}",
		Meaning: "Nothing is saved as {name}.",
		Fix:     []string{"Run sfauth list to see the names.", "Run sfauth login {name} to make it."},
	},

	// The listener.
	flow.KindPortBusy: {
		Title:   "Port {port} is in use",
		Meaning: "Another program listens there. It could receive what is meant for sfauth, so sfauth does not start.",
		Fix: []string{
			"Close the other program, perhaps another sfauth or sf login, and try again.",
			"Or use another Callback URL that the app has registered.",
			"Or go on by pasting the address that the browser ends at.",
		},
		Setup: setupCallback,
	},
	flow.KindPortPrivileged: {
		Title:   "Port {port} needs more rights",
		Meaning: "Ports below 1024 belong to the system's administrator.",
		Fix: []string{
			"Use a Callback URL with a port above 1023, and register it in the app.",
			"Or go on by pasting the address that the browser ends at.",
		},
		Setup: setupCallback,
	},
	flow.KindPortReserved: {
		Title:   "Windows keeps port {port} for itself",
		Meaning: "It is in a range that Hyper-V, WSL or Docker has reserved. No program has to be running there.",
		Fix: []string{
			"Use a Callback URL with another port, and register it in the app.",
			"Or go on by pasting the address that the browser ends at.",
			"Run netsh int ipv4 show excludedportrange tcp to see the ranges.",
		},
		Setup: setupCallback,
	},
	flow.KindListenFailed: {
		Title:   "sfauth cannot listen on port {port}",
		Meaning: "The system does not let sfauth receive the browser's answer at {callback}.",
		Fix: []string{
			"Use another Callback URL that the app has registered.",
			"Or go on by pasting the address that the browser ends at.",
		},
		Setup: setupCallback,
	},

	// While a person is waited for.
	flow.KindPasteAuthorizeURL: {
		Title:   "This is the address to open, not the answer",
		Meaning: "The answer is the address that the browser ends at, after Allow.",
		Fix:     []string{"Paste the address that begins with {callback}."},
	},
	flow.KindPasteNoCode: {
		Title:   "There is no code in this",
		Meaning: "The address that the browser ends at has code= in it.",
		Fix:     []string{"Paste the whole address that begins with {callback}."},
	},
	flow.KindPasteCut: {
		Title:   "This is the beginning of the answer",
		Meaning: "Its end is missing, with the state that tells whose answer it is.",
		Fix:     []string{"Paste the rest of it, or the whole address again."},
	},
	flow.KindPasteWrongState: {
		Title:   "This is the answer to another login",
		Meaning: "It was made by an older link. sfauth takes the answer to the present one only.",
		Fix:     []string{"Open the present link, allow access, and paste the address it ends at."},
	},
	flow.KindTimeout: {
		Title:   "Nobody allowed access in time",
		Meaning: "No answer came. Most of Salesforce's errors stay in the browser: what does it show?",
		Fix: []string{
			"Look at the browser: if it shows an error, press e to find its cause.",
			"Try again, and allow access in the browser.",
		},
	},

	// What came back.
	flow.KindIssuer: {
		Title:   "The answer names another sender",
		Meaning: "The answer says that it comes from another host than {host}. Nothing was sent there.",
		Fix:     []string{"Use the My Domain of the org you log in to, then try again."},
	},
	flow.KindSignature: {
		Title:   "The answer's signature is wrong",
		Meaning: "Salesforce signs with the Consumer Secret. So the secret is not the app's, or the answer was changed on its way.",
		Fix: []string{
			"Copy the Consumer Secret again, whole.",
			"Leave it empty if the app does not require a secret.",
		},
		Setup: setupKey,
	},
	flow.KindForeignHost: {
		Title:   "The answer points away from Salesforce",
		Meaning: "It names a host that is not Salesforce's. sfauth sends no token there, and keeps nothing of the answer.",
		Fix: []string{
			"Check that {host} is your org's address.",
			"Report it to sfauth if it is.",
		},
	},
	flow.KindOtherUser: {
		Title:   "This is another user or org",
		Meaning: "Nothing of {name} was overwritten.",
		Fix:     []string{"Log out at {logout}, then authorise as the user of {name}."},
	},
	flow.KindNotSalesforce: {
		Title:   "{host} is not a Salesforce login page",
		Meaning: "It answers, but not as Salesforce's login hosts do.",
		Fix:     []string{"Use your My Domain, like acme.my.salesforce.com."},
	},
	flow.KindTruncated: {
		Title:   "The answer broke off",
		Meaning: "{host}, or something in between, began to answer and hung up. What was sent is not sent again by itself.",
		Fix:     []string{"Try again in a few minutes."},
	},

	// The way there.
	flow.KindUnreachable: {
		Title:   "Cannot reach {host}",
		Meaning: "There is no network, or something in between does not let sfauth through.",
		Fix: []string{
			"Check the network, then try again.",
			"Set HTTPS_PROXY, if there is a proxy.",
		},
	},
	flow.KindNoHost: {
		Title:   "There is no host {host}",
		Meaning: "No name server that this machine asks knows it.",
		Fix: []string{
			"Check the spelling of {host}.",
			"Check the network, if it is right.",
			"Set HTTPS_PROXY, if there is a proxy.",
		},
	},
	flow.KindRefused: {
		Title:   "Nothing listens at {host}",
		Meaning: "The connection was refused.",
		Fix: []string{
			"Check the spelling of {host}.",
			"Try again in a few minutes, if it is right.",
		},
	},
	flow.KindReset: {
		Title:   "The connection to {host} was cut",
		Meaning: "It was closed before an answer came. What was sent is not sent again by itself.",
		Fix: []string{
			"Try again in a few minutes.",
			"Look at HTTPS_PROXY, if there is a proxy.",
		},
	},
	flow.KindNoAnswer: {
		Title:   "Salesforce did not answer in time",
		Meaning: "A connection to {host} was made, and then nothing came back. What was sent is not sent again by itself.",
		Fix: []string{
			"Try again in a few minutes.",
			"Look at HTTPS_PROXY, if there is a proxy.",
		},
	},
	flow.KindTLS: {
		Title:   "{host} does not speak HTTPS",
		Meaning: "What answers there begins no secure connection: another program, or the login page of this network.",
		Fix: []string{
			"Log in to this network first, if it is a hotel's or a train's.",
			"Check the spelling of {host}.",
		},
	},
	flow.KindCAUnknown: {
		Title:   "The certificate of {host} is not trusted",
		Meaning: "Nobody that this machine trusts has signed it. A proxy that reads along is the usual cause.",
		Fix:     []string{"Set SSL_CERT_FILE to a file with your network's certificate, if it has one."},
	},
	flow.KindCAFile: {
		Title:   "The file in SSL_CERT_FILE cannot be used",
		Meaning: "It has the certificates to trust, and is missing or has none in PEM form. So {host} was not trusted.",
		Fix:     []string{"Set SSL_CERT_FILE to a file with certificates in PEM form, or unset it."},
	},
	flow.KindCertificateName: {
		Title:   "The certificate is not that of {host}",
		Meaning: "It is made out to another name, so something else answers there.",
		Fix: []string{
			"Log in to this network first, if it is a hotel's or a train's.",
			"Check the spelling of {host}.",
		},
	},
	flow.KindCertificateExpired: {
		Title:   "The certificate of {host} is not valid now",
		Meaning: "It has expired or begins later, by the clock of this machine.",
		Fix:     []string{"Check this machine's date and time."},
	},
	flow.KindProxyInvalid: {
		Title:   "The proxy in HTTPS_PROXY is no address",
		Meaning: "sfauth does not go past a proxy that is set. Nothing was sent.",
		Fix:     []string{"Set HTTPS_PROXY to an address like http://proxy.example:8080, or unset it."},
	},
	flow.KindProxyDown: {
		Title:   "The proxy cannot be reached",
		Meaning: "HTTPS_PROXY names it, and nothing answers there. Nothing was sent.",
		Fix:     []string{"Check HTTPS_PROXY, or unset it where no proxy is needed."},
	},
	flow.KindProxyTLS: {
		Title:   "The proxy does not speak HTTPS",
		Meaning: "HTTPS_PROXY begins with https://, and what answers there does not, or with a certificate that is not trusted.",
		Fix:     []string{"Use http:// in HTTPS_PROXY: what goes through the proxy is HTTPS all the same."},
	},
	flow.KindProxyPassword: {
		Title:   "The proxy wants a password",
		Meaning: "The proxy in HTTPS_PROXY lets nobody through without one, or does not accept the one it is told.",
		Fix:     []string{"Set HTTPS_PROXY with it, like http://USER:PASSWORD@proxy.example:8080."},
	},
	flow.KindProxyRefuses: {
		Title:   "The proxy does not let sfauth through",
		Meaning: "The proxy in HTTPS_PROXY refuses the way to {host}.",
		Fix:     []string{"Ask whoever runs the proxy to allow {host}."},
	},

	// The keychain.
	flow.KindKeychainNoBus: {
		Title:   "This session has no keychain",
		Meaning: "A keychain needs a D-Bus session, which SSH logins, containers and cron usually lack.",
		Fix: []string{
			"Run sfauth in a desktop session, or keep new connections in an encrypted file: sfauth login --store file.",
			"Without a desktop, run dbus-run-session -- sh, and the next in it.",
			startKeyring,
		},
	},
	flow.KindKeychainNoProvider: {
		Title:   "No keychain is running",
		Meaning: "There is a D-Bus session, but no program in it that keeps secrets.",
		Fix: []string{
			"Start GNOME Keyring, KWallet or KeePassXC, or keep new connections in an encrypted file: sfauth login --store file.",
			startKeyring,
		},
	},
	flow.KindKeychainNoCollection: {
		Title:   "The keychain has no place for secrets yet",
		Meaning: "It runs, but has no default collection.",
		Fix: []string{
			"Make a keyring named Login in your keychain's program, or use an encrypted file: sfauth login --store file.",
			startKeyring,
		},
	},
	flow.KindKeychainUnavailable: {
		Title:   "The keychain cannot be used here",
		Meaning: "It does not answer in this session. Nothing was changed in it.",
		Fix: []string{
			"Run sfauth in a desktop session of your own, or keep new connections in an encrypted file: sfauth login --store file.",
		},
	},
	flow.KindKeychainLocked: {
		Title:   "The keychain is locked",
		Meaning: "It has to be unlocked before secrets can be read or kept. They are all still there.",
		Fix: []string{
			"Unlock the keychain, then try again.",
			startKeyring,
		},
	},
	flow.KindKeychainDenied: {
		Title:   "The keychain refused access",
		Meaning: "A question was answered with no, or sfauth is not allowed to use this keychain.",
		Fix:     []string{"Try again, and allow sfauth to use the keychain.", "In KeePassXC, for scripts: Settings, Secret Service Integration, do not confirm when passwords are retrieved."},
	},
	flow.KindKeychainTimeout: {
		Title:   "The keychain is not answering",
		Meaning: "It may wait for an answer in a window that you do not see. Nothing is lost.",
		Fix:     []string{"Look for a window of the keychain, answer it, and try again."},
	},
	flow.KindKeychainTooBig: {
		Title:   "This is too big for the keychain",
		Meaning: "The secret and token together are longer than the keychain holds.",
		Fix: []string{
			"Switch JWT-based access tokens off for the app, then authorise again.",
			"Report it to sfauth if they are off.",
		},
		Setup: setupApp + " → Settings → OAuth Settings → Security",
	},
	flow.KindKeychainNotStored: {
		Title:   "The keychain kept nothing",
		Meaning: "It said yes, but what was written is not there. Usually its question was closed without an answer.",
		Fix:     []string{"Try again, and answer the keychain's question."},
	},
	flow.KindKeychainMissing: {
		Title:   "The secret is not in the keychain",
		Meaning: "{name} is listed, but its secret was removed, or is in another user's or machine's keychain.",
		Fix:     []string{runLogin},
	},
	flow.KindKeychainCorrupt: {
		Title:   "The stored secret cannot be read",
		Meaning: "Something is kept for {name}, but it is not what sfauth wrote.",
		Fix:     []string{runLogin},
	},
	flow.KindSaveFailed: {
		Title:   "The connection could not be saved",
		Meaning: "Everything was obtained, and is kept as long as sfauth runs.",
		Fix: []string{
			"Try again once the cause is gone.",
			"Copy the refresh token before you leave: Salesforce does not show it twice.",
		},
	},
	flow.KindTokenLost: {
		Title:   "The refresh token is used up",
		Meaning: "Salesforce gave a new refresh token in place of the old one. It could not be kept, and the old one is used up.",
		Fix:     []string{runLogin},
	},
	flow.KindCheckRefused: {
		Title:   "Salesforce does not answer this check",
		Meaning: "The org does not let this app look at its own refresh token. Nothing is known to be wrong with the connection.",
		Fix:     []string{"Check it by renewing: sfauth token {name} --fresh."},
	},
	flow.KindNoRoom: {
		Title:   "Nothing was renewed",
		Meaning: "What a renewal brings must have a place first, and sfauth cannot use its files. The refresh token still works.",
		Fix:     []string{letWrite, whereItIs},
	},
	flow.KindHalfKept: {
		Title:   "The new token is in one place of two",
		Meaning: "The keychain or the sealed file did not take it. The other has it, and nothing is lost.",
		Fix:     []string{"Run sfauth doctor: the next renewal tries again."},
	},

	// The encrypted file, and moving between stores.
	flow.KindNoKey: {
		Title:   "There is no key for the encrypted file",
		Meaning: "It takes a key file, or a passphrase and the vault-key.age that was made with it. That was not given, or is not there.",
		Fix: []string{
			"Set SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE.",
			"Put vault-key.age back from a backup, if that is what is missing.",
		},
	},
	flow.KindPassphrasesDiffer: {
		Title:   "The two passphrases differ",
		Meaning: "A new passphrase is typed twice, since nothing can be read without it. Nothing was changed.",
		Fix:     []string{"Try again, and type the same passphrase twice."},
	},
	flow.KindFileMissing: {
		Title:   "The connection's encrypted file is missing",
		Meaning: "{name} is listed, but the file with its secret was removed, or is on another machine.",
		Fix:     []string{runLogin, "Or put the file back from a backup."},
	},
	flow.KindFileCorrupt: {
		Title:   "The connection's encrypted file cannot be read",
		Meaning: "It is there, but is damaged, or is not what sfauth wrote.",
		Fix:     []string{runLogin, "Or put the file back from a backup."},
	},
	flow.KindBadKey: {
		Title:   "This key does not open the encrypted file",
		Meaning: "The key or the passphrase is another than the one it was written with. Nothing was changed.",
		Fix:     []string{"Try again with the right one."},
	},
	flow.KindNoVault: {
		Title:   "This store is not known here",
		Meaning: "{name} is kept in a store that this sfauth does not have.",
		Fix:     []string{"Use keychain or file, or install the newest sfauth if that is what saved the connection."},
	},
	flow.KindChanged: {
		Title:   "What is kept was changed outside sfauth",
		Meaning: "The list of connections and the secrets no longer belong together. Nothing was sent, nothing was handed out, and everything is as it was.",
		Fix:     []string{runLogin, "Or put sfauth's files back as they were, if you have changed or restored them."},
	},
	flow.KindOldCopy: {
		Title:   "The old copy is still there",
		Meaning: "{name} was moved and works from its new store. Its secret could not be deleted from the old one.",
		Fix:     []string{"Run sfauth doctor: what is left is deleted when the store can be reached."},
	},

	// The files of sfauth.
	flow.KindStoreBusy: {
		Title:   "Another sfauth is at work on this",
		Meaning: "It holds the lock and did not let go in time.",
		Fix:     []string{"Try again when the other sfauth has ended."},
	},
	flow.KindIndexDamaged: {
		Title:   "The list of connections is damaged",
		Meaning: "The file cannot be read. sfauth does not touch it: the secrets in the keychain are as they were.",
		Fix:     []string{"Move the file away, or put a backup in its place.", "Set the connections up again, if there is no backup."},
	},
	flow.KindIndexNewer: {
		Title:   "A newer sfauth wrote the list of connections",
		Meaning: "This version does not know its format, and leaves it alone.",
		Fix:     []string{"Install the newest sfauth."},
	},
	flow.KindForeignHome: {
		Title:   "These files belong to somebody else",
		Meaning: "sfauth runs as root, and files written here would lock their owner out.",
		Fix:     []string{"Run sfauth as their owner, without sudo.", "Or set SFAUTH_HOME to a directory of root's."},
	},
	flow.KindNoHome: {
		Title:   "No directory for sfauth's files is known",
		Meaning: "There is neither a home directory nor another that was set for them.",
		Fix:     []string{"Set SFAUTH_HOME to a directory of your own."},
	},
	flow.KindExposed: {
		Title:   "Others can get at sfauth's files",
		Meaning: "Whoever can change them decides where tokens are sent, and whoever can read a key reads the tokens. Nothing was used, and nothing written.",
		Fix:     []string{"Run chmod 700 on a directory, chmod 600 on a file, if it is yours.", "Or set SFAUTH_HOME to a directory of your own."},
	},
	flow.KindNotDirectory: {
		Title:   "sfauth's directory is not a directory",
		Meaning: "Something else is in its place. sfauth does not touch it.",
		Fix:     []string{"Set SFAUTH_HOME to a directory, or move away what is in its place."},
	},
	flow.KindNoLock: {
		Title:   "This file system has no locks",
		Meaning: "Without one, two sfauth could use the same token, which would end it. Nothing was begun.",
		Fix:     []string{whereItIs},
	},
	flow.KindFiles: {
		Title:   "sfauth cannot use its files",
		Meaning: "The disk is full or cannot be written to, or the files belong to somebody else.",
		Fix:     []string{letWrite, whereItIs},
	},
}
