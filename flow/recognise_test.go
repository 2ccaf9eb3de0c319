package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sfauth/flow/demo"
	"sfauth/flow/memnet"
	"sfauth/keystore"
)

// The rows of SALESFORCE.md §4.1 to §4.4.
var answered = []struct {
	step              Step
	code, description string
	status            int
	kind              Kind
	verdict           Verdict
}{
	// The callback (§4.1, §4.2).
	{StepAllow, "access_denied", "end-user denied authorization", 0, KindAccessDenied, Unknown},
	{StepAllow, "access-denied", "", 0, KindAccessDenied, Unknown},
	{StepAllow, "OAUTH_APP_BLOCKED", "this app is blocked by admin", 0, KindAppBlocked, Setup},
	{StepAllow, "OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app", 0, KindAppAccessDenied, Setup},
	{StepAllow, "OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org", 0, KindAppNotFound, ClientWrong},
	{StepAllow, "OAUTH_AUTHORIZATION_BLOCKED", "Cross-org OAuth flows are not supported for this external client app", 0, KindCrossOrg, ClientWrong},
	{StepAllow, "OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occured during authentication. Please try again.", 0, KindApprovalError, Setup},
	{StepAllow, "invalid_scope", "", 0, KindInvalidScope, Setup},
	{StepAllow, "immediate_unsuccessful", "", 0, KindImmediateUnsuccessful, Unknown},
	{StepAllow, "server_error", "", 0, KindServerBusy, Transient},
	{StepAllow, "temporarily_unavailable", "", 0, KindServerBusy, Transient},
	{StepAllow, "invalid_client", "app must be installed into org", 0, KindAppNotInstalled, Setup},
	{StepAllow, "invalid_request", "missing required code challenge", 0, KindCodeChallengeMissing, Unknown},
	{StepAllow, "redirect_uri_mismatch", "redirect_uri must match configuration", 0, KindRedirectURIMismatch, Setup},
	{StepAllow, "redirect_uri_missing", "", 0, KindInvalidRequest, Unknown},
	{StepAllow, "unsupported_response_type", "", 0, KindInvalidRequest, Unknown},
	{StepAllow, "invalid_request", "Out-of-band not supported", 0, KindInvalidRequest, Unknown},
	{StepAllow, "wrong_version", "", 0, KindWrongVersion, Setup},

	// The token endpoint (§4.3, §4.4).
	{StepRefresh, "invalid_grant", "expired access/refresh token", 400, KindTokenExpired, Reauthorise},
	{StepExchange, "invalid_grant", "expired authorization code", 400, KindCodeExpired, Reauthorise},
	{StepRefresh, "invalid_grant", "expired authorization code", 400, KindAlreadyProcessing, Transient},
	{StepRefresh, "invalid_grant", "token request is already being processed", 400, KindAlreadyProcessing, Transient},
	{StepExchange, "invalid_grant", "invalid code verifier", 400, KindCodeVerifier, Reauthorise},
	{StepExchange, "invalid_request", "code_verifier does not match", 400, KindCodeVerifier, Reauthorise},
	{StepRefresh, "invalid_grant", "ip restricted or invalid login hours", 400, KindIPRestricted, Setup},
	{StepRefresh, "invalid_grant", "authentication failure", 400, KindAuthenticationFailure, Setup},
	{StepRefresh, "invalid_grant", "authentication failure - Invalid Password", 400, KindAuthenticationFailure, Setup},
	{StepRefresh, "invalid_grant", "inactive user", 400, KindInactiveUser, Setup},
	{StepRefresh, "invalid_grant", "no valid scopes", 400, KindInvalidScope, Setup},
	{StepRefresh, "invalid_grant", "user hasn't approved this consumer", 400, KindUnknown, Unknown},
	{StepRefresh, "invalid_grant", "Audience validation failed", 400, KindUnknown, Unknown},
	{StepRefresh, "invalid_grant", "something new", 400, KindUnknown, Unknown},
	{StepRefresh, "invalid_grant", "", 400, KindUnknown, Unknown},
	{StepRefresh, "invalid_client", "app must be installed into org", 400, KindAppNotInstalled, Setup},
	{StepRefresh, "invalid_client", "invalid client credentials", 400, KindClientCredentials, ClientWrong},
	{StepExchange, "invalid_client", "", 401, KindClientCredentials, ClientWrong},
	{StepExchange, "invalid_client_id", "client identifier invalid", 400, KindInvalidClientID, ClientWrong},
	{StepExchange, "invalid_client_credentials", "", 400, KindClientCredentials, ClientWrong},
	{StepExchange, "redirect_uri_mismatch", "redirect_uri must match configuration", 400, KindInvalidRequest, Unknown},
	{StepExchange, "unsupported_grant_type", "grant type not supported", 400, KindUnsupportedGrant, Unknown},
	{StepExchange, "invalid_request", "", 400, KindInvalidRequest, Unknown},
	{StepRefresh, "invalid_app_access", "user is not admin approved to access this app", 400, KindAppAccessDenied, Setup},
	{StepRefresh, "inactive_user", "", 400, KindInactiveUser, Setup},
	{StepRefresh, "inactive_org", "", 400, KindInactiveOrg, Setup},
	{StepRefresh, "rate_limit_exceeded", "number of logins exceeded", 400, KindRateLimit, Transient},
	{StepRefresh, "invalid_grant", "login rate exceeded", 400, KindRateLimit, Transient},
	{StepExchange, "invalid_grant", "login rate exceeded", 400, KindRateLimit, Transient},
	{StepExchange, "unknown_error", "retry your request", 400, KindRetryRequest, Transient},
	{StepRefresh, "unknown_error", "Data Not Available", 400, KindOrgGone, Setup},
	{StepRefresh, "invalid_grant", "expired access/refresh token: The data you were trying to access: Data Not Available", 500, KindOrgGone, Setup},
	{StepRefresh, "authorization_pending", "", 400, KindUnknown, Unknown},
	{StepRefresh, "slow_down", "", 400, KindUnknown, Unknown},

	// Answers that are no answer of Salesforce's must never send a person to authorise again.
	{StepRefresh, "", "", 420, KindScratchExpired, Transient},
	{StepRefresh, "invalid_grant", "expired access/refresh token", 420, KindScratchExpired, Transient},
	{StepRefresh, "", "", 503, KindServerBusy, Transient},
	{StepRefresh, "invalid_grant", "expired access/refresh token", 502, KindServerBusy, Transient},
	{StepRefresh, "", "", 429, KindRateLimit, Transient},
	{StepRefresh, "", "", 200, KindBadAnswer, Transient},
	{StepRefresh, "", "", 302, KindBadAnswer, Transient},
	{StepExchange, "", "", 404, KindBadAnswer, Transient},
}

func TestEveryAnswerOfSalesforcesHasItsKindAndVerdict(t *testing.T) {
	for _, a := range answered {
		kind := classify(a.step, a.code, a.description, a.status)
		if kind != a.kind || kind.Verdict() != a.verdict {
			t.Errorf("%s: %q %q %d is %s (%s), want %s (%s)",
				a.step, a.code, a.description, a.status, kind, kind.Verdict(), a.kind, a.verdict)
		}
	}
}

func TestOnlyAnEndedGrantAsksToAuthoriseAgainAtARefresh(t *testing.T) {
	for _, a := range answered {
		got := classify(StepRefresh, a.code, a.description, a.status).Verdict() == Reauthorise
		if got != (a.kind == KindTokenExpired) {
			t.Errorf("%q %q %d: %v", a.code, a.description, a.status, got)
		}
	}
}

func TestKindsAreCompleteAndUnique(t *testing.T) {
	kinds := Kinds()
	seen := map[Kind]bool{}
	for _, k := range kinds {
		if seen[k] {
			t.Errorf("%s twice", k)
		}
		seen[k] = true
		if k.Verdict() == "" || k.Who() == "" || k.Verdict() == Alive {
			t.Errorf("%s: %q %q", k, k.Verdict(), k.Who())
		}
	}
	for _, k := range slices.Concat(BrowserKinds(), []Kind{KindUnknown, KindNoRefreshToken}) {
		if !seen[k] {
			t.Errorf("%s has no row", k)
		}
	}
}

// The words of recognised are compared with lower case text.
func TestTheWordsOfFailuresAreInLowerCase(t *testing.T) {
	for _, r := range recognised {
		for _, s := range slices.Concat(r.codes, r.says, r.shows, r.ja) {
			if s == "" || s != strings.ToLower(s) {
				t.Errorf("%s: %q", r.kind, s)
			}
		}
		for _, s := range r.ja {
			if s != olderSpelling.Replace(s) {
				t.Errorf("%s: %q has blanks, or newer spelling", r.kind, s)
			}
		}
	}
}

var pastedFromBrowsers = []struct {
	text string
	kind Kind
}{
	{"error=invalid_client_id&error_description=client%20identifier%20invalid", KindInvalidClientID},
	{"error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration", KindRedirectURIMismatch},
	{"<pre>error=redirect_uri_mismatch&amp;error_description=redirect_uri must match configuration</pre>", KindRedirectURIMismatch},
	{"error=invalid_request&error_description=missing%20required%20code%20challenge", KindCodeChallengeMissing},
	{"error=invalid_request&error_description=missing+required\n+code+challenge", KindCodeChallengeMissing},
	{"https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org", KindAppNotInstalled},
	{"OAuth Error\n\nOAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occured during authentication. Please try again.", KindApprovalError},
	{"An unexpected error has occurred during authentication", KindApprovalError},
	{"We can't authorize you because of an OAuth error. OAUTH_EC_APP_NOT_FOUND : External client app is not installed in this org", KindAppNotFound},
	{"OAUTH_AUTHORIZATION_BLOCKED", KindCrossOrg},
	{"Cross-org OAuth flows are not supported for this external client app", KindCrossOrg},
	{"Insufficient Privileges\nYou do not have the level of access necessary", KindInsufficientPrivileges},
	{"http://localhost:1717/OauthRedirect?error=access_denied&error_description=end-user+denied+authorization&state=x", KindAccessDenied},
	{"http://localhost:1717/OauthRedirect?error=access-denied", KindAccessDenied},
	{"error=invalid_scope", KindInvalidScope},
	{"This site can’t be reached. localhost refused to connect. ERR_CONNECTION_REFUSED", KindLocalhostRefused},
	{"Unable to connect: Firefox can’t establish a connection to the server at localhost:1717.", KindLocalhostRefused},
	{"This site can’t provide a secure connection. localhost sent an invalid response. ERR_SSL_PROTOCOL_ERROR", KindBrowserHTTPS},
	{"Secure Connection Failed: SSL_ERROR_RX_RECORD_TOO_LONG", KindBrowserHTTPS},
	{"URL No Longer Exists", KindBlankPage},
	{"HTTP ERROR 404", KindBlankPage},
	{"Verify Your Identity", KindLoginLoop},
	{"Single Sign-On Error", KindLoginLoop},
	{"Salesforce is down for maintenance", KindServerBusy},
	{"error=invalid_client_id&error_description=client%20identifier%20invalid 100% of the time", KindInvalidClientID},
	{"order 14041 in window _blank", KindUnknown},

	// In Japanese: Salesforce, then Chrome, Edge, Firefox and Safari.
	{"エラー: error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration", KindRedirectURIMismatch},
	{"エラー:invalid_client_id", KindInvalidClientID},
	{"OAuth エラー\n\n次の理由により、認証できません: OAUTH_EC_APP_NOT_FOUND", KindAppNotFound},
	{"OAuth エラー OAUTH_APPROVAL_ERROR_GENERIC : 認証中に予期しないエラーが発生しました。", KindApprovalError},
	{"認証中に予期しないエラーが発生しました。もう一度お試しください。", KindApprovalError},
	{"OAuth エラー", KindApprovalError},
	{"OAuth Error", KindApprovalError},
	{"権限がありません\nこのページを表示するために必要なアクセスレベルがありません", KindInsufficientPrivileges},
	{"ユーザ名とパスワードを確認してください。ログインできない場合は Salesforce システム管理者にお問い合わせください。", KindLoginLoop},
	{"ユーザー名とパスワードを確認してください。", KindLoginLoop},
	{"エラー: パスワードの誤り", KindLoginLoop},
	{"ID を検証", KindLoginLoop},
	{"シングルサインオンエラー", KindLoginLoop},
	{"URL は存在しなくなりました", KindBlankPage},
	{"Salesforce はメンテナンス中です", KindServerBusy},
	{"このサイトにアクセスできません\nlocalhost で接続が拒否されました。\n次をお試しください", KindLocalhostRefused},
	{"127.0.0.1 で接続が拒否されました。", KindLocalhostRefused},
	{"このサイトは安全に接続できません localhost から無効な応答が送信されました。", KindBrowserHTTPS},
	{"この接続ではプライバシーが保護されません", KindBrowserHTTPS},
	{"申し訳ございません。このページに到達できません\nlocalhost により、接続が拒否されました。", KindLocalhostRefused},
	{"正常に接続できませんでした\nFirefox は localhost:1717 のサーバーへの接続を確立できませんでした。", KindLocalhostRefused},
	{"安全な接続ができませんでした localhost:1717 への接続中にエラーが発生しました。", KindBrowserHTTPS},
	{"ページを開けません。サーバ“127.0.0.1”に接続できないため、ページを開けません。", KindLocalhostRefused},
	{"Safari がサーバへのセキュリティ保護された接続を確立できないため、ページを開けません。", KindBrowserHTTPS},
	{"authorize というファイルがダウンロードされました", KindFileDownloaded},
	{"真っ白な画面", KindBlankPage},
	{"%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89%E3%81%AE%E8%AA%A4%E3%82%8A", KindLoginLoop},
	{"何も起きない", KindUnknown},
	{"100% broken", KindUnknown},
	{"", KindUnknown},
}

func TestWhatTheBrowserShowsIsRecognised(t *testing.T) {
	for _, p := range pastedFromBrowsers {
		if got := Recognise(p.text); got != p.kind {
			t.Errorf("%q is %s, want %s", p.text, got, p.kind)
		}
	}
}

// A person copies the text of an error page of the simulated org together with its address.
func TestEveryErrorPageIsRecognised(t *testing.T) {
	network, org, app := new(memnet.Network), demo.New(), demo.DefaultApp()
	l, err := network.Listen(t.Context(), "tcp", "127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(org.Serve(l))
	d, err := ParseDomain("http://127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	q, err := newAuthorizationRequest(Request{Domain: d, ClientID: app.ClientID, RedirectURI: app.Callbacks[0]})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]Kind{
		"invalid_client_id": KindInvalidClientID, "redirect_uri_missing": KindInvalidRequest,
		"redirect_uri_mismatch": KindRedirectURIMismatch, "missing_code_challenge": KindCodeChallengeMissing,
		"app_not_installed": KindAppNotInstalled, "approval_error_generic": KindApprovalError,
		"insufficient_privileges": KindInsufficientPrivileges,
	}
	for _, fault := range demo.Faults() {
		if fault.Where != demo.OnPage {
			continue
		}
		org.Fail(fault.Name)
		page, err := demo.Visit(t.Context(), network.Client(), q.authorizeURL(), true)
		if got := Recognise(page.URL + "\n" + page.Title + "\n" + page.Body); err != nil || got != kinds[fault.Name] {
			t.Errorf("%s: %s (%v)\n%s\n%s", fault.Name, got, err, page.URL, page.Body)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, p := range pastedFromBrowsers {
		f.Add(p.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if kind := Recognise(text); !slices.Contains(Kinds(), kind) {
			t.Errorf("%q is %q", text, kind)
		}
	})
}

func TestEveryErrorHasAKind(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind Kind
	}{
		{&Error{Kind: KindAppBlocked, Err: keystore.ErrLocked}, KindAppBlocked},
		{fmt.Errorf("login: %w", &Error{Kind: KindSignature}), KindSignature},
		{&Error{Step: StepSave, Err: keystore.ErrDenied}, KindKeychainDenied},
		{fmt.Errorf("%q: %w", "acme", keystore.ErrNoConnection), KindNoConnection},
		{keystore.ErrNameTaken, KindNameTaken},
		{keystore.ErrBadName, KindNameInvalid},
		{keystore.ErrNotFound, KindKeychainMissing},
		{keystore.ErrNoBus, KindKeychainNoBus},
		{keystore.ErrNoProvider, KindKeychainNoProvider},
		{keystore.ErrNoCollection, KindKeychainNoCollection},
		{keystore.ErrNoDefault, KindKeychainNoDefault},
		{keystore.ErrNoKeychainFile, KindKeychainNoFile},
		{keystore.ErrNoLogin, KindKeychainNoLogin},
		{keystore.ErrUnavailable, KindKeychainUnavailable},
		{keystore.ErrNoWindow, KindKeychainNoWindow},
		{keystore.ErrLocked, KindKeychainLocked},
		{keystore.ErrAsksFirst, KindKeychainAsks},
		{keystore.ErrTimeout, KindKeychainTimeout},
		{keystore.ErrUnanswered, KindKeychainUnanswered},
		{keystore.ErrTooBig, KindKeychainTooBig},
		{keystore.ErrNotStored, KindKeychainNotStored},
		{keystore.ErrCorrupt, KindKeychainCorrupt},
		{context.DeadlineExceeded, KindUnknown},
		{keystore.ErrBusy, KindStoreBusy},
		{keystore.ErrNoHome, KindNoHome},
		{keystore.ErrExposed, KindExposed},
		{keystore.ErrDamaged, KindIndexDamaged},
		{fmt.Errorf("%w: connection 1: %w", keystore.ErrDamaged, keystore.ErrBadName), KindIndexDamaged},
		{fmt.Errorf("%w: %w", keystore.ErrOldCopy, keystore.ErrLocked), KindOldCopy},
		{keystore.ErrNotDir, KindNotDirectory},
		{keystore.ErrNoLock, KindNoLock},
		{keystore.ErrChanged, KindChanged},
		{fmt.Errorf("%w: %w", keystore.ErrFiles, syscall.ENOSPC), KindFiles},
		{errors.Join(keystore.ErrLocked, keystore.ErrFiles), KindKeychainLocked},
		{keystore.ErrFileMissing, KindFileMissing},
		{keystore.ErrFileCorrupt, KindFileCorrupt},
		{keystore.ErrDiffer, KindPassphrasesDiffer},
		{syscall.ENOSPC, KindUnknown},
		{errors.New("anything"), KindUnknown},
	} {
		if got := KindOf(c.err); got != c.kind {
			t.Errorf("%v is %s, want %s", c.err, got, c.kind)
		}
	}
}

func TestALockedOrSilentKeychainNeverAsksToAuthoriseAgain(t *testing.T) {
	for _, err := range []error{keystore.ErrLocked, keystore.ErrDenied, keystore.ErrAsksFirst, keystore.ErrTimeout, keystore.ErrUnanswered, keystore.ErrUnavailable,
		keystore.ErrNoBus, keystore.ErrNoProvider, keystore.ErrNoCollection, keystore.ErrNoDefault, keystore.ErrNoKeychainFile, keystore.ErrNoLogin, keystore.ErrNoWindow} {
		if v := VerdictOf(err); v != Unknown {
			t.Errorf("%v: %s", err, v)
		}
	}
	if v := VerdictOf(nil); v != Alive {
		t.Errorf("no error: %s", v)
	}
}
