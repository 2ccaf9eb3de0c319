package flow

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// A row is what a kind means and by what it is recognised. A description tells
// more than its code: help lists thirteen causes under invalid_grant alone
// (SALESFORCE.md §4.3), so descriptions are looked at first, in the table's order.
type row struct {
	kind    Kind
	verdict Verdict   // empty: Unknown
	who     Who       // empty: You
	page    SetupPage // empty: none that helps
	codes   []string  // error=, whole
	says    []string  // part of an error_description, lower case
	shows   []string  // a word or words that a browser shows besides, lower case
	silence bool      // no answer came, nor will one to the next request
}

var catalogue = []row{
	// Whatever the code is, "Data Not Available" means that the org is gone (§4.3).
	{kind: KindOrgGone, verdict: Setup, says: []string{"data not available"}},

	{kind: KindRedirectURIMismatch, verdict: Setup, page: SetupExternalClientApps,
		codes: []string{"redirect_uri_mismatch"}, says: []string{"redirect_uri must match configuration"}},
	{kind: KindInvalidClientID, verdict: ClientWrong, page: SetupExternalClientApps,
		codes: []string{"invalid_client_id"}, says: []string{"client identifier invalid"}},
	{kind: KindAppNotInstalled, verdict: Setup, who: Admin, page: SetupConnectedAppsUsage,
		says: []string{"app must be installed into org"}},
	{kind: KindCrossOrg, verdict: ClientWrong, page: SetupExternalClientApps,
		codes: []string{"oauth_authorization_blocked"}, says: []string{"cross-org oauth flows are not supported"}},
	{kind: KindAppNotFound, verdict: ClientWrong, page: SetupExternalClientApps,
		codes: []string{"oauth_ec_app_not_found"}, says: []string{"external client app is not installed in this org"}},
	{kind: KindAppBlocked, verdict: Setup, who: Admin, page: SetupConnectedAppsUsage,
		codes: []string{"oauth_app_blocked"}, says: []string{"app is blocked by admin"}},
	{kind: KindAppAccessDenied, verdict: Setup, who: Admin, page: SetupExternalClientApps,
		codes: []string{"oauth_app_access_denied", "invalid_app_access"}, says: []string{"user is not admin approved"}},
	{kind: KindApprovalError, verdict: Setup, who: Admin, page: SetupConnectedAppsUsage,
		codes: []string{"oauth_approval_error_generic"},
		shows: []string{
			"an unexpected error has occured during authentication",
			"an unexpected error has occurred during authentication",
		}},
	{kind: KindInsufficientPrivileges, shows: []string{"insufficient privileges"}},
	{kind: KindCodeChallengeMissing, who: Nobody, says: []string{"missing required code challenge"}},
	{kind: KindAccessDenied,
		codes: []string{"access_denied", "access-denied"}, says: []string{"end-user denied authorization"}},
	{kind: KindInvalidScope, verdict: Setup, page: SetupExternalClientApps,
		codes: []string{"invalid_scope"}, says: []string{"no valid scopes"}},
	{kind: KindImmediateUnsuccessful, who: Nobody, codes: []string{"immediate_unsuccessful"}},

	{kind: KindTokenExpired, verdict: Reauthorise, says: []string{"expired access/refresh token"}},
	{kind: KindCodeExpired, verdict: Reauthorise, says: []string{"expired authorization code"}},
	{kind: KindCodeCut, verdict: Reauthorise, says: []string{"invalid authorization code"}},
	{kind: KindAlreadyProcessing, verdict: Transient, who: Salesforce,
		says: []string{"token request is already being processed"}},
	{kind: KindCodeVerifier, verdict: Reauthorise, says: []string{"code verifier", "code_verifier"}},
	{kind: KindIPRestricted, verdict: Setup, who: Admin, page: SetupExternalClientApps,
		says: []string{"ip restricted", "invalid login hours"}},
	{kind: KindAuthenticationFailure, verdict: Setup, who: Admin, page: SetupLoginHistory,
		says: []string{"authentication failure"}},
	{kind: KindInactiveUser, verdict: Setup, who: Admin,
		codes: []string{"inactive_user"}, says: []string{"inactive user"}},
	{kind: KindInactiveOrg, verdict: Setup, who: Admin,
		codes: []string{"inactive_org"}, says: []string{"inactive org"}},
	{kind: KindClientCredentials, verdict: ClientWrong, page: SetupExternalClientApps,
		codes: []string{"invalid_client", "invalid_client_credentials"}, says: []string{"invalid client credentials"}},
	{kind: KindUnsupportedGrant, who: Nobody, page: SetupExternalClientApps,
		codes: []string{"unsupported_grant_type"}, says: []string{"grant type not supported"}},
	{kind: KindRateLimit, verdict: Transient, who: Salesforce, page: SetupLoginHistory,
		codes: []string{"rate_limit_exceeded"}, says: []string{"login rate exceeded", "number of logins exceeded"}},
	{kind: KindRetryRequest, verdict: Transient, who: Salesforce, says: []string{"retry your request"}},
	{kind: KindServerBusy, verdict: Transient, who: Salesforce,
		codes: []string{"server_error", "temporarily_unavailable"},
		shows: []string{"down for maintenance", "service not available", "server too busy"}},
	{kind: KindWrongVersion, verdict: Setup, who: Admin, page: SetupConnectedAppsUsage,
		codes: []string{"wrong_version"}},
	{kind: KindInvalidRequest, who: Nobody,
		codes: []string{"invalid_request", "redirect_uri_missing", "unsupported_response_type"}},
	{kind: KindNoRefreshToken, verdict: Setup, page: SetupExternalClientApps},
	{kind: KindScratchExpired, verdict: Transient},
	{kind: KindBadAnswer, verdict: Transient, who: Salesforce},
	{kind: KindUnknown, who: Nobody},

	{kind: KindBrowserHTTPS,
		shows: []string{
			"err_ssl_protocol_error", "ssl_error_rx_record_too_long", "sent an invalid response",
			"secure connection failed", "can't establish a secure connection",
			"can’t establish a secure connection",
		}},
	{kind: KindLocalhostRefused,
		shows: []string{
			"err_connection_refused", "refused to connect", "unable to connect", "err_connection_reset",
			"can't connect to the server", "can’t connect to the server", "localhost",
		}},
	{kind: KindLoginLoop, who: Admin, page: SetupLoginHistory,
		shows: []string{
			"verify your identity", "multi-factor", "mfa", "check your username and password",
			"please check your username", "single sign-on error", "saml", "contact your salesforce administrator",
		}},
	{kind: KindBlankPage,
		shows: []string{"url no longer exists", "page not found", "404", "err_name_not_resolved", "blank"}},
	{kind: KindFileDownloaded, shows: []string{"download", "downloads", "downloaded"}},

	{kind: KindDomainEmpty},
	{kind: KindDomainInvalid},
	{kind: KindDomainNotHTTPS},
	{kind: KindDomainInstanced},
	{kind: KindDomainNoOrg},
	{kind: KindDomainID},
	{kind: KindDomainUsername},
	{kind: KindDomainForeign},
	{kind: KindDomainImitates},
	{kind: KindClientIDEmpty, page: SetupExternalClientApps},
	{kind: KindClientIDBlank, page: SetupExternalClientApps},
	{kind: KindCallbackInvalid, page: SetupExternalClientApps},
	{kind: KindScopeInvalid},
	{kind: KindScopeNoRefresh},
	{kind: KindNameInvalid},
	{kind: KindNameTaken},
	{kind: KindNoConnection},

	{kind: KindPortBusy},
	{kind: KindPortPrivileged},
	{kind: KindPortReserved},
	{kind: KindListenFailed},

	{kind: KindPasteAuthorizeURL},
	{kind: KindPasteNoCode},
	{kind: KindPasteCut},
	{kind: KindPasteWrongState},
	{kind: KindTimeout},

	{kind: KindIssuer},
	{kind: KindSignature, verdict: ClientWrong, page: SetupExternalClientApps},
	{kind: KindForeignHost},
	{kind: KindOtherUser},
	{kind: KindNotSalesforce},
	{kind: KindTruncated, verdict: Transient, who: Salesforce},

	{kind: KindUnreachable, verdict: Transient, silence: true},
	{kind: KindNoHost, verdict: Transient, silence: true},
	{kind: KindRefused, verdict: Transient, silence: true},
	{kind: KindReset, verdict: Transient, silence: true},
	{kind: KindNoAnswer, verdict: Transient, who: Salesforce, silence: true},
	{kind: KindTLS, verdict: Transient, silence: true},
	{kind: KindCAUnknown, verdict: Transient, silence: true},
	{kind: KindCAFile, verdict: Transient, silence: true},
	{kind: KindCertificateName, verdict: Transient, silence: true},
	{kind: KindCertificateExpired, verdict: Transient, silence: true},
	{kind: KindProxyInvalid, verdict: Transient, silence: true},
	{kind: KindProxyDown, verdict: Transient, silence: true},
	{kind: KindProxyTLS, verdict: Transient, silence: true},
	{kind: KindProxyPassword, verdict: Transient, silence: true},
	{kind: KindProxyRefuses, verdict: Transient, silence: true},

	{kind: KindKeychainNoBus},
	{kind: KindKeychainNoProvider},
	{kind: KindKeychainNoCollection},
	{kind: KindKeychainUnavailable},
	{kind: KindKeychainLocked},
	{kind: KindKeychainDenied},
	{kind: KindKeychainTimeout},
	{kind: KindKeychainUnanswered},
	{kind: KindKeychainTooBig, page: SetupExternalClientApps},
	{kind: KindKeychainNotStored},
	{kind: KindKeychainMissing, verdict: Reauthorise},
	{kind: KindKeychainCorrupt, verdict: Reauthorise},
	{kind: KindSaveFailed},
	{kind: KindTokenLost, verdict: Reauthorise},
	{kind: KindCheckRefused},
	{kind: KindNoRoom},
	{kind: KindHalfKept},
	{kind: KindFileMissing, verdict: Reauthorise},
	{kind: KindFileCorrupt, verdict: Reauthorise},
	{kind: KindNoKey},
	{kind: KindBadKey},
	{kind: KindPassphrasesDiffer},
	{kind: KindNoVault},
	{kind: KindChanged, verdict: Reauthorise},
	{kind: KindOldCopy},
	{kind: KindStoreBusy},
	{kind: KindIndexDamaged},
	{kind: KindIndexNewer},
	{kind: KindForeignHome},
	{kind: KindNoHome},
	{kind: KindExposed},
	{kind: KindNotDirectory},
	{kind: KindNoLock},
	{kind: KindFiles},
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
	StepRefresh:  {KindRedirectURIMismatch: KindInvalidRequest, KindCodeExpired: KindAlreadyProcessing, KindCodeVerifier: KindInvalidRequest},
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
	fields := strings.Fields(strings.ToLower(text))
	for i, field := range fields {
		if plain, err := url.QueryUnescape(field); err == nil {
			fields[i] = plain
		}
	}
	text = strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	isWord := func(s string) bool { return slices.Contains(words, s) }
	if kind := recognise(text, isWord); kind != KindUnknown {
		return kind
	}
	return find(func(r row) bool {
		return slices.ContainsFunc(r.shows, func(s string) bool {
			return isWord(s) || strings.Contains(s, " ") && strings.Contains(text, s)
		})
	})
}

func recognise(description string, isCode func(string) bool) Kind {
	isSaid := func(s string) bool { return strings.Contains(description, s) }
	if kind := find(func(r row) bool { return slices.ContainsFunc(r.says, isSaid) }); kind != KindUnknown {
		return kind
	}
	return find(func(r row) bool { return slices.ContainsFunc(r.codes, isCode) })
}

func find(matches func(row) bool) Kind {
	if i := slices.IndexFunc(catalogue, matches); i >= 0 {
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
	return row{kind: k, who: Nobody}
}

// Verdict is what k means for a saved connection.
func (k Kind) Verdict() Verdict { return cmp.Or(k.row().verdict, Unknown) }

// isSilence tells whether whoever asks the same host next will hear nothing either.
func (k Kind) isSilence() bool { return k.row().silence }

// Who can do something about k.
func (k Kind) Who() Who { return cmp.Or(k.row().who, You) }

// SetupPage is the page of Setup where k is looked into, if there is one.
func (k Kind) SetupPage() (SetupPage, bool) {
	p := k.row().page
	return p, p != ""
}

// Kinds are all kinds there are.
func Kinds() []Kind {
	kinds := make([]Kind, len(catalogue))
	for i, r := range catalogue {
		kinds[i] = r.kind
	}
	return kinds
}
