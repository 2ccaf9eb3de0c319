package flow

// Kind names a failure that sfauth knows. tui has the sentences for each.
type Kind string

// Verdict is what a failure means for a saved connection (SALESFORCE.md §4.4).
type Verdict string

const (
	Alive       Verdict = "alive"
	Reauthorise Verdict = "reauthorise"
	Setup       Verdict = "setup"
	ClientWrong Verdict = "client"
	Transient   Verdict = "transient"
	Unknown     Verdict = "unknown"
)

// Who can fix a failure.
type Who string

const (
	You        Who = "you"
	Admin      Who = "admin"
	Salesforce Who = "salesforce"
	Nobody     Who = "nobody" // a bug of sfauth's: report it
)

// Salesforce's answers, on its pages, at the callback and at the token endpoint.
const (
	KindInvalidClientID        Kind = "invalid_client_id"
	KindRedirectURIMismatch    Kind = "redirect_uri_mismatch"
	KindAppNotInstalled        Kind = "app_not_installed"
	KindApprovalError          Kind = "approval_error"
	KindCodeChallengeMissing   Kind = "code_challenge_missing"
	KindInsufficientPrivileges Kind = "insufficient_privileges"
	KindAccessDenied           Kind = "access_denied"
	KindAppBlocked             Kind = "app_blocked"
	KindAppAccessDenied        Kind = "app_access_denied"
	KindAppNotFound            Kind = "app_not_found"
	KindCrossOrg               Kind = "cross_org"
	KindInvalidScope           Kind = "invalid_scope"
	KindImmediateUnsuccessful  Kind = "immediate_unsuccessful"
	KindServerBusy             Kind = "server_busy"
	KindCodeExpired            Kind = "code_expired"
	KindCodeCut                Kind = "code_cut"
	KindTokenExpired           Kind = "token_expired"
	KindAlreadyProcessing      Kind = "already_processing"
	KindCodeVerifier           Kind = "code_verifier"
	KindIPRestricted           Kind = "ip_restricted"
	KindAuthenticationFailure  Kind = "authentication_failure"
	KindInactiveUser           Kind = "inactive_user"
	KindInactiveOrg            Kind = "inactive_org"
	KindClientCredentials      Kind = "client_credentials"
	KindUnsupportedGrant       Kind = "unsupported_grant"
	KindRateLimit              Kind = "rate_limit"
	KindOrgGone                Kind = "org_gone"
	KindRetryRequest           Kind = "retry_request"
	KindWrongVersion           Kind = "wrong_version"
	KindInvalidRequest         Kind = "invalid_request"
	KindNoRefreshToken         Kind = "no_refresh_token"
	KindScratchExpired         Kind = "scratch_expired"
	KindBadAnswer              Kind = "bad_answer"
	KindUnknown                Kind = "unknown"
)

// What a person sees in the browser that is no answer of Salesforce's.
const (
	KindBlankPage        Kind = "blank_page"
	KindLoginLoop        Kind = "login_loop"
	KindFileDownloaded   Kind = "file_downloaded"
	KindLocalhostRefused Kind = "localhost_refused"
	KindBrowserHTTPS     Kind = "browser_https"
)

// Failures of what was typed, of this machine and of the way between.
const (
	KindDomainEmpty     Kind = "domain_empty"
	KindDomainInvalid   Kind = "domain_invalid"
	KindDomainNotHTTPS  Kind = "domain_not_https"
	KindDomainInstanced Kind = "domain_instanced"
	KindDomainNoOrg     Kind = "domain_no_org"   // a word that is no org's name
	KindDomainID        Kind = "domain_id"       // an id, a key or a token
	KindDomainUsername  Kind = "domain_username" // or an e-mail address
	KindDomainForeign   Kind = "domain_foreign"  // none of Salesforce's hosts: to be confirmed
	KindDomainImitates  Kind = "domain_imitates" // and looks like one
	KindClientIDEmpty   Kind = "client_id_empty"
	KindClientIDBlank   Kind = "client_id_blank" // blanks inside
	KindCallbackInvalid Kind = "callback_invalid"
	KindScopeInvalid    Kind = "scope_invalid"
	KindScopeNoRefresh  Kind = "scope_no_refresh" // no refresh token can come of them
	KindNameInvalid     Kind = "name_invalid"
	KindNameTaken       Kind = "name_taken"
	KindNoConnection    Kind = "no_connection"

	KindPortBusy       Kind = "port_busy"
	KindPortPrivileged Kind = "port_privileged"
	KindPortReserved   Kind = "port_reserved"
	KindListenFailed   Kind = "listen_failed"

	KindPasteAuthorizeURL Kind = "paste_authorize_url"
	KindPasteNoCode       Kind = "paste_no_code"
	KindPasteCut          Kind = "paste_cut" // the beginning of the answer alone
	KindPasteWrongState   Kind = "paste_wrong_state"
	KindTimeout           Kind = "timeout" // nobody allowed access in time

	KindIssuer      Kind = "issuer"
	KindSignature   Kind = "signature"
	KindForeignHost Kind = "foreign_host"
	KindOtherUser   Kind = "other_user"

	KindNotSalesforce Kind = "not_salesforce" // no login host
	KindTruncated     Kind = "truncated"      // an answer without its end

	// No answer came.
	KindUnreachable        Kind = "unreachable"
	KindNoHost             Kind = "no_such_host"
	KindRefused            Kind = "connection_refused"
	KindReset              Kind = "connection_reset"
	KindNoAnswer           Kind = "no_answer" // reached, and silent until the limit
	KindTLS                Kind = "tls"       // what answers speaks no HTTPS
	KindCAUnknown          Kind = "ca_unknown"
	KindCAFile             Kind = "ca_file"
	KindCertificateName    Kind = "certificate_name"
	KindCertificateExpired Kind = "certificate_expired"
	KindProxyInvalid       Kind = "proxy_invalid"
	KindProxyDown          Kind = "proxy_down"
	KindProxyTLS           Kind = "proxy_tls"
	KindProxyPassword      Kind = "proxy_password"
	KindProxyRefuses       Kind = "proxy_refuses"

	KindKeychainNoBus        Kind = "keychain_no_bus"
	KindKeychainNoProvider   Kind = "keychain_no_provider"
	KindKeychainNoCollection Kind = "keychain_no_collection"
	KindKeychainUnavailable  Kind = "keychain_unavailable"
	KindKeychainLocked       Kind = "keychain_locked"
	KindKeychainDenied       Kind = "keychain_denied"
	KindKeychainTimeout      Kind = "keychain_timeout"
	KindKeychainUnanswered   Kind = "keychain_unanswered" // its own window
	KindKeychainTooBig       Kind = "keychain_too_big"
	KindKeychainNotStored    Kind = "keychain_not_stored"
	KindKeychainMissing      Kind = "keychain_missing"
	KindKeychainCorrupt      Kind = "keychain_corrupt"
	KindSaveFailed           Kind = "save_failed"
	KindTokenLost            Kind = "token_lost"    // rotated, and the new one could not be stored
	KindCheckRefused         Kind = "check_refused" // the org does not let an app look at its own token
	KindNoRoom               Kind = "no_room"       // nowhere to keep what a renewal would bring: not sent
	KindHalfKept             Kind = "half_kept"     // in the sealed file or the vault, and not in the other: a warning

	KindFileMissing       Kind = "file_missing" // the encrypted file, as the next three
	KindFileCorrupt       Kind = "file_corrupt"
	KindNoKey             Kind = "no_key"
	KindBadKey            Kind = "bad_key"
	KindPassphrasesDiffer Kind = "passphrases_differ" // a new one was not typed twice
	KindNoVault           Kind = "no_vault"
	KindChanged           Kind = "changed"  // outside sfauth: index and secrets no longer agree
	KindOldCopy           Kind = "old_copy" // moved, and not deleted where it was

	KindStoreBusy    Kind = "store_busy"
	KindIndexDamaged Kind = "index_damaged"
	KindIndexNewer   Kind = "index_newer"
	KindForeignHome  Kind = "foreign_home"
	KindNoHome       Kind = "no_home"
	KindExposed      Kind = "exposed" // the directory can be written to by others
	KindNotDirectory Kind = "not_directory"
	KindNoLock       Kind = "no_lock" // the file system has none: nothing was begun
	KindFiles        Kind = "files"   // they cannot be read or written
)
