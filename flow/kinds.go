package flow

import (
	"errors"
	"slices"
	"strings"

	"sfauth/flow/takeover"
	"sfauth/keystore"
)

// Kind names a failure that sfauth knows. Each is declared once, below, and recognised in
// recognise.go; tui/text has the sentences for it.
type Kind string

// Verdict is what a failure means for a saved connection (SALESFORCE.md §4.4).
type Verdict string

const (
	Alive       Verdict = "alive"       // no failure
	Reauthorise Verdict = "reauthorise" // the grant has ended: a person must allow access again
	Setup       Verdict = "setup"       // a setting of the org, of the app or of the user
	ClientWrong Verdict = "client"      // client ID or client secret
	Transient   Verdict = "transient"   // it may pass by itself
	Unknown     Verdict = "unknown"     // the failure says nothing of the connection
)

// Who can fix a failure.
type Who string

const (
	You        Who = "you"
	Admin      Who = "admin" // of the org
	Salesforce Who = "salesforce"
	Nobody     Who = "nobody" // a bug of sfauth's: report it
)

// What Salesforce answers on its pages, at the redirect URI and at the token endpoint
// (SALESFORCE.md §4.1 to §4.3).
var (
	KindInvalidClientID        = declare("invalid_client_id", ClientWrong, You, SetupExternalClientApps)
	KindRedirectURIMismatch    = declare("redirect_uri_mismatch", Setup, You, SetupExternalClientApps)
	KindAppNotInstalled        = declare("app_not_installed", Setup, Admin, SetupConnectedAppsUsage)
	KindApprovalError          = declare("approval_error", Setup, Admin, SetupConnectedAppsUsage)
	KindCodeChallengeMissing   = declare("code_challenge_missing", Unknown, Nobody, noPage)
	KindInsufficientPrivileges = local("insufficient_privileges")
	KindAccessDenied           = local("access_denied")
	KindAppBlocked             = declare("app_blocked", Setup, Admin, SetupConnectedAppsUsage)
	KindAppAccessDenied        = declare("app_access_denied", Setup, Admin, SetupExternalClientApps)
	KindAppNotFound            = declare("app_not_found", ClientWrong, You, SetupExternalClientApps)
	KindCrossOrg               = declare("cross_org", ClientWrong, You, SetupExternalClientApps)
	KindInvalidScope           = declare("invalid_scope", Setup, You, SetupExternalClientApps)
	KindImmediateUnsuccessful  = declare("immediate_unsuccessful", Unknown, Nobody, noPage)
	KindServerBusy             = declare("server_busy", Transient, Salesforce, noPage)
	KindCodeExpired            = declare("code_expired", Reauthorise, You, noPage)
	KindCodeCut                = declare("code_cut", Reauthorise, You, noPage) // the end of the authorization code is missing
	KindTokenExpired           = declare("token_expired", Reauthorise, You, noPage)
	KindAlreadyProcessing      = declare("already_processing", Transient, Salesforce, noPage)
	KindCodeVerifier           = declare("code_verifier", Reauthorise, You, noPage)
	KindIPRestricted           = declare("ip_restricted", Setup, Admin, SetupExternalClientApps)
	KindAuthenticationFailure  = declare("authentication_failure", Setup, Admin, SetupLoginHistory)
	KindInactiveUser           = declare("inactive_user", Setup, Admin, noPage)
	KindInactiveOrg            = declare("inactive_org", Setup, Admin, noPage)
	KindClientCredentials      = declare("client_credentials", ClientWrong, You, SetupExternalClientApps)
	KindUnsupportedGrant       = declare("unsupported_grant", Unknown, Nobody, SetupExternalClientApps)
	KindRateLimit              = declare("rate_limit", Transient, Salesforce, SetupLoginHistory)
	KindOrgGone                = declare("org_gone", Setup, You, noPage)
	KindRetryRequest           = declare("retry_request", Transient, Salesforce, noPage)
	KindWrongVersion           = declare("wrong_version", Setup, Admin, SetupConnectedAppsUsage)
	KindInvalidRequest         = declare("invalid_request", Unknown, Nobody, noPage)
	KindNoRefreshToken         = declare("no_refresh_token", Setup, You, SetupExternalClientApps)
	KindScratchExpired         = declare("scratch_expired", Transient, You, noPage)
	KindBadAnswer              = declare("bad_answer", Transient, Salesforce, noPage)                // not what this endpoint answers
	KindTruncated              = declare("truncated", Transient, Salesforce, noPage)                 // the end of the answer is missing
	KindCheckRefused           = local("check_refused")                                              // the org does not let an app introspect its own refresh token
	KindData360Scope           = declare("data360_scope", Reauthorise, You, SetupExternalClientApps) // the grant lacks the scopes of Data 360
	KindData360Missing         = declare("data360_missing", Setup, Admin, noPage)
	KindData360Refused         = declare("data360_refused", Setup, Admin, noPage) // the user may not, or the access token is refused
	KindUnknown                = declare("unknown", Unknown, Nobody, noPage)
)

// What a person sees in the browser in place of an answer of Salesforce's.
var (
	KindBlankPage        = local("blank_page")
	KindLoginLoop        = declare("login_loop", Unknown, Admin, SetupLoginHistory)
	KindFileDownloaded   = local("file_downloaded")
	KindLocalhostRefused = local("localhost_refused")
	KindBrowserHTTPS     = local("browser_https")
)

// What was typed, pasted or given by a flag and cannot be used.
var (
	KindDomainEmpty        = local("domain_empty")
	KindDomainInvalid      = local("domain_invalid")
	KindDomainNotHTTPS     = local("domain_not_https")
	KindDomainInstanced    = local("domain_instanced") // it names a server, as na44 does, and no org
	KindDomainNoOrg        = local("domain_no_org")    // a word that is no org's name
	KindDomainID           = local("domain_id")        // an id, a Consumer Key or a token
	KindDomainUsername     = local("domain_username")  // or an e-mail address
	KindDomainForeign      = local("domain_foreign")   // none of Salesforce's hosts: a person has to confirm it
	KindDomainImitates     = local("domain_imitates")  // none of Salesforce's hosts, and looks like one
	KindClientIDEmpty      = declare("client_id_empty", Unknown, You, SetupExternalClientApps)
	KindClientIDBlank      = declare("client_id_blank", Unknown, You, SetupExternalClientApps) // it has blanks inside
	KindRedirectURIInvalid = declare("callback_invalid", Unknown, You, SetupExternalClientApps)
	KindScopeInvalid       = local("scope_invalid")
	KindScopeNoRefresh     = local("scope_no_refresh") // these scopes bring no refresh token
	KindPasteAuthorizeURL  = local("paste_authorize_url")
	KindPasteNoCode        = local("paste_no_code")
	KindPasteCut           = local("paste_cut") // the end of the redirect URI is missing
	KindPasteWrongState    = local("paste_wrong_state")
)

// Why the redirect URI could not be listened on, and why the wait for the person ended.
var (
	KindPortBusy       = local("port_busy")
	KindPortPrivileged = local("port_privileged")
	KindPortReserved   = local("port_reserved")
	KindListenFailed   = local("listen_failed")
	KindTimeout        = local("timeout") // nobody allowed access in time
)

// Why sfauth does not believe an answer.
var (
	KindIssuer        = local("issuer") // RFC 9207 §2.4
	KindSignature     = declare("signature", ClientWrong, You, SetupExternalClientApps)
	KindForeignHost   = local("foreign_host")   // a token would go to a host that is none of Salesforce's
	KindOtherUser     = local("other_user")     // the tokens are those of another user than the saved one
	KindNotSalesforce = local("not_salesforce") // the host is no login host
)

// Why no answer came. Whoever asks the same host next will get none either.
var (
	KindUnreachable        = silence("unreachable", You)
	KindNoHost             = silence("no_such_host", You)
	KindRefused            = silence("connection_refused", You)
	KindReset              = silence("connection_reset", You)
	KindNoAnswer           = silence("no_answer", Salesforce) // the host was reached, and said nothing until the limit
	KindTLS                = silence("tls", You)              // what answers speaks no HTTPS
	KindCAUnknown          = silence("ca_unknown", You)
	KindCAFile             = silence("ca_file", You) // SSL_CERT_FILE cannot be used
	KindCertificateName    = silence("certificate_name", You)
	KindCertificateExpired = silence("certificate_expired", You)
	KindProxyInvalid       = silence("proxy_invalid", You)
	KindProxyDown          = silence("proxy_down", You)
	KindProxyTLS           = silence("proxy_tls", You)
	KindProxyPassword      = silence("proxy_password", You)
	KindProxyRefuses       = silence("proxy_refuses", You)
)

// What keystore reports. KindOf takes the first that errors.Is finds: a row stands before
// the rows whose errors its own error wraps.
var (
	KindOldCopy      = stored(keystore.ErrOldCopy, "old_copy", Unknown, noPage)
	KindChanged      = stored(keystore.ErrChanged, "changed", Reauthorise, noPage)
	KindIndexDamaged = stored(keystore.ErrDamaged, "index_damaged", Unknown, noPage)
	KindIndexNewer   = stored(keystore.ErrNewer, "index_newer", Unknown, noPage)
	KindNoConnection = stored(keystore.ErrNoConnection, "no_connection", Unknown, noPage)
	KindNameTaken    = stored(keystore.ErrNameTaken, "name_taken", Unknown, noPage)
	KindNameInvalid  = stored(keystore.ErrBadName, "name_invalid", Unknown, noPage)

	KindFileMissing          = stored(keystore.ErrFileMissing, "file_missing", Reauthorise, noPage)
	KindKeychainMissing      = stored(keystore.ErrNotFound, "keychain_missing", Reauthorise, noPage)
	KindKeychainNoBus        = stored(keystore.ErrNoBus, "keychain_no_bus", Unknown, noPage)
	KindKeychainNoProvider   = stored(keystore.ErrNoProvider, "keychain_no_provider", Unknown, noPage)
	KindKeychainNoCollection = stored(keystore.ErrNoCollection, "keychain_no_collection", Unknown, noPage)
	KindKeychainNoDefault    = stored(keystore.ErrNoDefault, "keychain_no_default", Unknown, noPage)
	KindKeychainNoFile       = stored(keystore.ErrNoKeychainFile, "keychain_no_file", Unknown, noPage)
	KindKeychainNoLogin      = stored(keystore.ErrNoLogin, "keychain_no_login", Unknown, noPage)
	KindKeychainUnavailable  = stored(keystore.ErrUnavailable, "keychain_unavailable", Unknown, noPage)
	KindKeychainNoWindow     = stored(keystore.ErrNoWindow, "keychain_no_window", Unknown, noPage)
	KindKeychainLocked       = stored(keystore.ErrLocked, "keychain_locked", Unknown, noPage)
	KindKeychainAsks         = stored(keystore.ErrAsksFirst, "keychain_asks", Unknown, noPage)
	KindKeychainDenied       = stored(keystore.ErrDenied, "keychain_denied", Unknown, noPage)
	KindKeychainUnanswered   = stored(keystore.ErrUnanswered, "keychain_unanswered", Unknown, noPage) // its own window
	KindKeychainTimeout      = stored(keystore.ErrTimeout, "keychain_timeout", Unknown, noPage)
	KindKeychainTooBig       = stored(keystore.ErrTooBig, "keychain_too_big", Unknown, SetupExternalClientApps)
	KindKeychainNotStored    = stored(keystore.ErrNotStored, "keychain_not_stored", Unknown, noPage)
	KindFileCorrupt          = stored(keystore.ErrFileCorrupt, "file_corrupt", Reauthorise, noPage)
	KindKeychainCorrupt      = stored(keystore.ErrCorrupt, "keychain_corrupt", Reauthorise, noPage)
	KindPassphrasesDiffer    = stored(keystore.ErrDiffer, "passphrases_differ", Unknown, noPage)
	KindNoSharedKey          = stored(keystore.ErrNoSharedKey, "no_shared_key", Unknown, noPage)
	KindBadSharedKey         = stored(keystore.ErrWrongSharedKey, "bad_shared_key", Unknown, noPage)
	KindNoKey                = stored(keystore.ErrNoKey, "no_key", Unknown, noPage)
	KindBadKey               = stored(keystore.ErrWrongKey, "bad_key", Unknown, noPage)
	KindNoVault              = stored(keystore.ErrNoVault, "no_vault", Unknown, noPage)

	KindNeverCameBack       = stored(keystore.ErrDoubt, "never_came_back", Reauthorise, noPage) // another machine was renewing
	KindUnasked             = stored(keystore.ErrUnasked, "unasked", Transient, noPage)
	KindDatabaseUnnamed     = stored(keystore.ErrDatabaseUnnamed, "database_unnamed", Unknown, noPage)
	KindDatabaseDown        = stored(keystore.ErrDatabaseDown, "database_down", Transient, noPage)
	KindDatabaseSlow        = stored(keystore.ErrDatabaseSlow, "database_slow", Transient, noPage)
	KindDatabaseFull        = stored(keystore.ErrDatabaseFull, "database_full", Transient, noPage)
	KindDatabaseReadOnly    = stored(keystore.ErrDatabaseReadOnly, "database_read_only", Transient, noPage)
	KindDatabaseSettings    = stored(keystore.ErrDatabaseSettings, "database_settings", Unknown, noPage)
	KindDatabasePassword    = stored(keystore.ErrDatabasePassword, "database_password", Unknown, noPage)
	KindDatabaseMissing     = stored(keystore.ErrDatabaseMissing, "database_missing", Unknown, noPage)
	KindDatabaseCertificate = stored(keystore.ErrDatabaseCertificate, "database_certificate", Unknown, noPage)
	KindDatabaseTLS         = stored(keystore.ErrDatabaseTLS, "database_tls", Unknown, noPage)
	KindDatabasePlain       = stored(keystore.ErrDatabasePlain, "database_plain", Unknown, noPage)
	KindDatabaseRights      = stored(keystore.ErrDatabaseRights, "database_rights", Unknown, noPage)
	KindNoTable             = stored(keystore.ErrNoTable, "no_table", Unknown, noPage)
	KindOtherTable          = stored(keystore.ErrOtherTable, "other_table", Unknown, noPage)
	KindDatabase            = stored(keystore.ErrDatabase, "database", Unknown, noPage)

	KindStillRenewing = stored(keystore.ErrRenewing, "still_renewing", Transient, noPage) // another machine, for a minute
	KindStoreBusy     = stored(keystore.ErrBusy, "store_busy", Unknown, noPage)
	KindForeignHome   = stored(keystore.ErrForeignHome, "foreign_home", Unknown, noPage)
	KindNoHome        = stored(keystore.ErrNoHome, "no_home", Unknown, noPage)
	KindExposed       = stored(keystore.ErrExposed, "exposed", Unknown, noPage)
	KindNotDirectory  = stored(keystore.ErrNotDir, "not_directory", Unknown, noPage)
	KindNoLock        = stored(keystore.ErrNoLock, "no_lock", Unknown, noPage)
	KindFiles         = stored(keystore.ErrFiles, "files", Unknown, noPage)
)

// Why a refresh token that another tool holds cannot be taken over.
var (
	KindHeldNothing     = stored(takeover.ErrNothing, "held_nothing", Unknown, noPage)
	KindHeldTooLong     = stored(takeover.ErrTooLong, "held_too_long", Unknown, noPage)
	KindHeldAccessToken = stored(takeover.ErrAccessToken, "held_access_token", Unknown, noPage)
	KindHeldEncrypted   = stored(takeover.ErrEncrypted, "held_encrypted", Unknown, noPage)
	KindHeldRedacted    = stored(takeover.ErrRedacted, "held_redacted", Unknown, noPage)
	KindHeldAsks        = stored(takeover.ErrAsks, "held_asks", Unknown, noPage)
	KindHeldAlready     = local("held_already") // a connection has the very same
)

// What sfauth could not keep.
var (
	KindSaveFailed = local("save_failed")
	KindTokenLost  = declare("token_lost", Reauthorise, You, noPage) // Salesforce rotated the refresh token, and the new one could not be stored
	KindNoRoom     = local("no_room")                                // what a refresh would bring could not be stored, so none was asked for
	KindHalfKept   = local("half_kept")                              // stored in one of sealed file and vault: a warning
)

// A row is what is known of a kind.
type row struct {
	kind    Kind
	verdict Verdict
	who     Who
	page    SetupPage
	silent  bool  // no answer came
	stands  error // of keystore or takeover, which the kind stands for; nil: none
}

const noPage SetupPage = ""

// rows are all kinds in the order of their declarations, which fill it when the program
// starts; nothing changes it later.
var rows = make([]row, 0, 160)

func (r row) declare() Kind {
	rows = append(rows, r)
	return r.kind
}

// declare and stored are not inlined: a hundred times their code would be read from the disk
// at every start.
//
//go:noinline
func declare(name Kind, v Verdict, who Who, page SetupPage) Kind {
	return row{kind: name, verdict: v, who: who, page: page}.declare()
}

// local declares a failure that says nothing of the connection, and that the person at this
// machine can do something about.
func local(name Kind) Kind { return declare(name, Unknown, You, noPage) }

// silence declares a reason why no answer came.
func silence(name Kind, who Who) Kind {
	return row{kind: name, verdict: Transient, who: who, silent: true}.declare()
}

// stored declares what an error of keystore's, or of takeover's, means.
//
//go:noinline
func stored(err error, name Kind, v Verdict, page SetupPage) Kind {
	return row{kind: name, verdict: v, who: You, page: page, stands: err}.declare()
}

// row of a kind that a newer sfauth wrote into the index says that nothing is known of it.
func (k Kind) row() row {
	if i := slices.IndexFunc(rows, func(r row) bool { return r.kind == k }); i >= 0 {
		return rows[i]
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
	kinds := make([]Kind, len(rows))
	for i, r := range rows {
		kinds[i] = r.kind
	}
	return kinds
}

// BrowserKinds are the failures that a person sees in the browser alone, most common first.
func BrowserKinds() []Kind {
	return []Kind{
		KindRedirectURIMismatch, KindInvalidClientID, KindAppNotInstalled, KindApprovalError,
		KindLocalhostRefused, KindLoginLoop, KindBlankPage, KindCrossOrg, KindAppNotFound,
		KindFileDownloaded, KindCodeChallengeMissing, KindBrowserHTTPS, KindInsufficientPrivileges,
	}
}

// KindOf names any error of this package's and of keystore's; KindUnknown any other.
func KindOf(err error) Kind {
	if own, ok := errors.AsType[*Error](err); ok && own.Kind != "" {
		return own.Kind
	}
	for _, r := range rows {
		if r.stands != nil && errors.Is(err, r.stands) {
			return r.kind
		}
	}
	return KindUnknown
}

// VerdictOf is what an error means for a saved connection; nil means Alive.
func VerdictOf(err error) Verdict {
	if err == nil {
		return Alive
	}
	return KindOf(err).Verdict()
}

// SetupPage is a page of Setup that sfauth links to, by its name in the address.
type SetupPage string

const (
	SetupExternalClientApps SetupPage = "ManageExternalClientApplication"
	SetupConnectedAppsUsage SetupPage = "ConnectedAppsUsage"
	SetupLoginHistory       SetupPage = "OrgLoginHistory"
)

// Setup is the address of a page of Setup in the org of this domain, "" where the domain
// names no org (login., test., a site, a custom domain).
func (d Domain) Setup(p SetupPage) string {
	for _, c := range clouds {
		if org, ok := strings.CutSuffix(d.base, c.login); ok {
			return org + c.lightning + "/lightning/setup/" + string(p) + "/home"
		}
	}
	return ""
}
