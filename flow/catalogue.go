package flow

import (
	"net/url"
	"slices"
	"strings"
)

// A row is what a kind means and by what it is recognised. A description tells
// more than its code: help lists thirteen causes under invalid_grant alone
// (SALESFORCE.md §4.3), so descriptions are looked at first, in the table's order.
type row struct {
	kind    Kind
	verdict Verdict
	who     Who
	page    SetupPage
	codes   []string // error=, whole
	says    []string // part of an error_description, lower case
	shows   []string // part of what a browser shows besides, lower case
}

const noPage SetupPage = ""

var catalogue = []row{
	// Whatever the code is, "Data Not Available" means that the org is gone (§4.3).
	{KindOrgGone, Setup, You, noPage, nil, []string{"data not available"}, nil},

	{KindRedirectURIMismatch, Setup, You, SetupExternalClientApps,
		[]string{"redirect_uri_mismatch"}, []string{"redirect_uri must match configuration"}, nil},
	{KindInvalidClientID, ClientWrong, You, SetupExternalClientApps,
		[]string{"invalid_client_id"}, []string{"client identifier invalid"}, nil},
	{KindAppNotInstalled, Setup, Admin, SetupConnectedAppsUsage,
		nil, []string{"app must be installed into org"}, nil},
	{KindCrossOrg, ClientWrong, You, SetupExternalClientApps,
		[]string{"oauth_authorization_blocked"}, []string{"cross-org oauth flows are not supported"}, nil},
	{KindAppNotFound, ClientWrong, You, SetupExternalClientApps,
		[]string{"oauth_ec_app_not_found"}, []string{"external client app is not installed in this org"}, nil},
	{KindAppBlocked, Setup, Admin, SetupConnectedAppsUsage,
		[]string{"oauth_app_blocked"}, []string{"app is blocked by admin"}, nil},
	{KindAppAccessDenied, Setup, Admin, SetupExternalClientApps,
		[]string{"oauth_app_access_denied", "invalid_app_access"}, []string{"user is not admin approved"}, nil},
	{KindApprovalError, Setup, Admin, SetupConnectedAppsUsage,
		[]string{"oauth_approval_error_generic"}, nil,
		[]string{"an unexpected error has occured during authentication", "an unexpected error has occurred during authentication"}},
	{KindInsufficientPrivileges, Unknown, You, noPage, nil, nil, []string{"insufficient privileges"}},
	{KindCodeChallengeMissing, Unknown, Nobody, noPage, nil, []string{"missing required code challenge"}, nil},
	{KindAccessDenied, Unknown, You, noPage,
		[]string{"access_denied", "access-denied"}, []string{"end-user denied authorization"}, nil},
	{KindInvalidScope, Setup, You, SetupExternalClientApps,
		[]string{"invalid_scope"}, []string{"no valid scopes"}, nil},
	{KindImmediateUnsuccessful, Unknown, Nobody, noPage, []string{"immediate_unsuccessful"}, nil, nil},

	{KindTokenExpired, Reauthorise, You, noPage, nil, []string{"expired access/refresh token"}, nil},
	{KindCodeExpired, Reauthorise, You, noPage, nil, []string{"expired authorization code"}, nil},
	{KindAlreadyProcessing, Transient, Salesforce, noPage, nil, []string{"token request is already being processed"}, nil},
	{KindCodeVerifier, Reauthorise, You, noPage, nil, []string{"code verifier", "code_verifier"}, nil},
	{KindIPRestricted, Setup, Admin, SetupLoginHistory, nil, []string{"ip restricted", "invalid login hours"}, nil},
	{KindAuthenticationFailure, Setup, Admin, SetupLoginHistory, nil, []string{"authentication failure"}, nil},
	{KindInactiveUser, Setup, Admin, SetupLoginHistory, []string{"inactive_user"}, []string{"inactive user"}, nil},
	{KindInactiveOrg, Setup, Admin, noPage, []string{"inactive_org"}, []string{"inactive org"}, nil},
	{KindClientCredentials, ClientWrong, You, SetupExternalClientApps,
		[]string{"invalid_client", "invalid_client_credentials"}, []string{"invalid client credentials"}, nil},
	{KindUnsupportedGrant, Unknown, Nobody, SetupExternalClientApps,
		[]string{"unsupported_grant_type"}, []string{"grant type not supported"}, nil},
	{KindRateLimit, Transient, Salesforce, SetupLoginHistory, []string{"rate_limit_exceeded"}, nil, nil},
	{KindRetryRequest, Transient, Salesforce, noPage, nil, []string{"retry your request"}, nil},
	{KindServerBusy, Transient, Salesforce, noPage,
		[]string{"server_error", "temporarily_unavailable"}, nil,
		[]string{"down for maintenance", "service not available", "server too busy"}},
	{KindWrongVersion, Setup, Admin, SetupConnectedAppsUsage, []string{"wrong_version"}, nil, nil},
	{KindInvalidRequest, Unknown, Nobody, noPage,
		[]string{"invalid_request", "redirect_uri_missing", "unsupported_response_type"}, nil, nil},
	{KindNoRefreshToken, Setup, You, SetupExternalClientApps, nil, nil, nil},
	{KindScratchExpired, Transient, You, noPage, nil, nil, nil},
	{KindBadAnswer, Transient, Salesforce, noPage, nil, nil, nil},
	{KindUnknown, Unknown, Nobody, noPage, nil, nil, nil},

	{KindBrowserHTTPS, Unknown, You, noPage, nil, nil, []string{
		"err_ssl_protocol_error", "ssl_error_rx_record_too_long", "sent an invalid response",
		"secure connection failed", "can't establish a secure connection", "can’t establish a secure connection"}},
	{KindLocalhostRefused, Unknown, You, noPage, nil, nil, []string{
		"err_connection_refused", "refused to connect", "unable to connect", "err_connection_reset",
		"can't connect to the server", "can’t connect to the server", "localhost:"}},
	{KindLoginLoop, Unknown, Admin, SetupLoginHistory, nil, nil, []string{
		"verify your identity", "multi-factor", "mfa", "check your username and password",
		"please check your username", "single sign-on error", "saml", "contact your salesforce administrator"}},
	{KindBlankPage, Unknown, You, noPage, nil, nil, []string{
		"url no longer exists", "page not found", "404", "err_name_not_resolved", "about:blank", "blank"}},
	{KindFileDownloaded, Unknown, You, noPage, nil, nil, []string{"download"}},

	{KindDomainEmpty, Unknown, You, noPage, nil, nil, nil},
	{KindDomainInvalid, Unknown, You, noPage, nil, nil, nil},
	{KindDomainNotHTTPS, Unknown, You, noPage, nil, nil, nil},
	{KindDomainInstanced, Unknown, You, noPage, nil, nil, nil},
	{KindClientIDEmpty, Unknown, You, SetupExternalClientApps, nil, nil, nil},
	{KindClientIDBlank, Unknown, You, SetupExternalClientApps, nil, nil, nil},
	{KindCallbackInvalid, Unknown, You, SetupExternalClientApps, nil, nil, nil},
	{KindNameInvalid, Unknown, You, noPage, nil, nil, nil},
	{KindNameTaken, Unknown, You, noPage, nil, nil, nil},
	{KindNoConnection, Unknown, You, noPage, nil, nil, nil},

	{KindPortBusy, Unknown, You, noPage, nil, nil, nil},
	{KindPortPrivileged, Unknown, You, noPage, nil, nil, nil},
	{KindPortReserved, Unknown, You, noPage, nil, nil, nil},
	{KindListenFailed, Unknown, You, noPage, nil, nil, nil},

	{KindPasteAuthorizeURL, Unknown, You, noPage, nil, nil, nil},
	{KindPasteNoCode, Unknown, You, noPage, nil, nil, nil},
	{KindPasteWrongState, Unknown, You, noPage, nil, nil, nil},
	{KindTimeout, Unknown, You, noPage, nil, nil, nil},

	{KindIssuer, Unknown, You, noPage, nil, nil, nil},
	{KindSignature, ClientWrong, You, SetupExternalClientApps, nil, nil, nil},
	{KindForeignHost, Unknown, You, noPage, nil, nil, nil},
	{KindOtherUser, Unknown, You, noPage, nil, nil, nil},
	{KindUnreachable, Transient, You, noPage, nil, nil, nil},
	{KindTLS, Transient, You, noPage, nil, nil, nil},

	{KindKeychainNoBus, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainNoProvider, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainNoCollection, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainUnavailable, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainLocked, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainDenied, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainTimeout, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainTooBig, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainNotStored, Unknown, You, noPage, nil, nil, nil},
	{KindKeychainMissing, Reauthorise, You, noPage, nil, nil, nil},
	{KindKeychainCorrupt, Reauthorise, You, noPage, nil, nil, nil},
	{KindSaveFailed, Unknown, You, noPage, nil, nil, nil},
}

// BrowserKinds are the failures seen in the browser alone, most common first.
func BrowserKinds() []Kind {
	return []Kind{
		KindRedirectURIMismatch, KindInvalidClientID, KindAppNotInstalled, KindApprovalError,
		KindLocalhostRefused, KindLoginLoop, KindBlankPage, KindCrossOrg, KindAppNotFound,
		KindFileDownloaded, KindCodeChallengeMissing, KindBrowserHTTPS, KindInsufficientPrivileges,
	}
}

// The same words mean another thing at another step (SALESFORCE.md §4.4).
var atStep = map[Step]map[Kind]Kind{
	StepExchange: {KindRedirectURIMismatch: KindInvalidRequest},
	StepRefresh:  {KindRedirectURIMismatch: KindInvalidRequest, KindCodeExpired: KindAlreadyProcessing},
}

// classify names an answer of Salesforce's; status is 0 when it came by the callback.
func classify(step Step, code, description string, status int) Kind {
	code, description = strings.ToLower(code), strings.ToLower(description)
	kind := recognise(description, func(c string) bool { return c == code })
	switch {
	case kind == KindOrgGone:
	case status == 420: // ForceCLI reads it as an expired scratch org (SALESFORCE.md §4.3)
		return KindScratchExpired
	case status == 429:
		return KindRateLimit
	case status >= 500: // never "re-authorise", whatever the body says
		return KindServerBusy
	case code == "" && status != 0:
		return KindBadAnswer
	}
	if other, ok := atStep[step][kind]; ok {
		return other
	}
	return kind
}

// Recognise names what a person copied from the browser: Salesforce's raw text, the
// address or text of its error page, or a browser's own words.
func Recognise(text string) Kind {
	if plain, err := url.QueryUnescape(text); err == nil {
		text = plain
	}
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	if kind := recognise(text, func(c string) bool { return slices.Contains(words, c) }); kind != KindUnknown {
		return kind
	}
	return find(func(r row) bool { return containsAny(text, r.shows) })
}

func recognise(description string, isCode func(string) bool) Kind {
	kind := find(func(r row) bool { return containsAny(description, r.says) })
	if kind != KindUnknown {
		return kind
	}
	return find(func(r row) bool { return slices.ContainsFunc(r.codes, isCode) })
}

func containsAny(text string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
}

func find(is func(row) bool) Kind {
	if i := slices.IndexFunc(catalogue, is); i >= 0 {
		return catalogue[i].kind
	}
	return KindUnknown
}

func (k Kind) row() row {
	for _, r := range catalogue {
		if r.kind == k {
			return r
		}
	}
	return row{kind: k, verdict: Unknown, who: Nobody}
}

// Verdict is what k means for a saved connection.
func (k Kind) Verdict() Verdict { return k.row().verdict }

// Who can do something about k.
func (k Kind) Who() Who { return k.row().who }

// SetupPage is the page of Setup where k is looked into, if there is one.
func (k Kind) SetupPage() (SetupPage, bool) {
	p := k.row().page
	return p, p != noPage
}

// Kinds are all kinds there are.
func Kinds() []Kind {
	kinds := make([]Kind, len(catalogue))
	for i, r := range catalogue {
		kinds[i] = r.kind
	}
	return kinds
}
