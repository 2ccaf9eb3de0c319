package flow

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// words are those by which a kind is recognised, in lower case.
type words struct {
	kind  Kind
	codes []string // the whole of an error code
	says  []string // part of an error_description
	shows []string // part of what a browser shows besides: some words, or one that stands alone
	ja    []string // the same in Japanese, without blanks and as olderSpelling has it
}

// recognised are the words of all kinds that have any. An error_description tells more
// than its code (Salesforce documents thirteen causes under invalid_grant alone,
// SALESFORCE.md §4.3): descriptions are compared before codes, in the order of this table.
var recognised = []words{
	// "Data Not Available" means that the org is gone, whatever the code is (§4.3).
	{kind: KindOrgGone, says: []string{"data not available"}},

	{kind: KindRedirectURIMismatch, codes: []string{"redirect_uri_mismatch"}, says: []string{"redirect_uri must match configuration"}},
	{kind: KindInvalidClientID, codes: []string{"invalid_client_id"}, says: []string{"client identifier invalid"}},
	{kind: KindAppNotInstalled, says: []string{"app must be installed into org"}},
	{kind: KindCrossOrg, codes: []string{"oauth_authorization_blocked"}, says: []string{"cross-org oauth flows are not supported"}},
	{kind: KindAppNotFound, codes: []string{"oauth_ec_app_not_found"}, says: []string{"external client app is not installed in this org"}},
	{kind: KindAppBlocked, codes: []string{"oauth_app_blocked"}, says: []string{"app is blocked by admin"}},
	{kind: KindAppAccessDenied, codes: []string{"oauth_app_access_denied", "invalid_app_access"}, says: []string{"user is not admin approved"}},
	{kind: KindApprovalError, codes: []string{"oauth_approval_error_generic"}, shows: []string{
		"an unexpected error has occured during authentication",
		"an unexpected error has occurred during authentication",
	}, ja: []string{"予期しないエラーが発生"}},
	{kind: KindInsufficientPrivileges, shows: []string{"insufficient privileges"}, ja: []string{"権限がありません", "権限が不十分", "権限が不足"}},
	{kind: KindCodeChallengeMissing, says: []string{"missing required code challenge"}},
	{kind: KindAccessDenied, codes: []string{"access_denied", "access-denied"}, says: []string{"end-user denied authorization"}, ja: []string{"アクセスが拒否されました", "アクセス拒否"}},
	{kind: KindInvalidScope, codes: []string{"invalid_scope"}, says: []string{"no valid scopes"}},
	{kind: KindImmediateUnsuccessful, codes: []string{"immediate_unsuccessful"}},

	{kind: KindTokenExpired, says: []string{"expired access/refresh token"}},
	{kind: KindData360Refused, codes: []string{"invalid_subject_token"}},
	{kind: KindCodeExpired, says: []string{"expired authorization code"}},
	{kind: KindCodeCut, says: []string{"invalid authorization code"}},
	{kind: KindAlreadyProcessing, says: []string{"token request is already being processed"}},
	{kind: KindCodeVerifier, says: []string{"code verifier", "code_verifier"}},
	{kind: KindIPRestricted, says: []string{"ip restricted", "invalid login hours"}},
	{kind: KindAuthenticationFailure, says: []string{"authentication failure"}},
	{kind: KindInactiveUser, codes: []string{"inactive_user"}, says: []string{"inactive user"}},
	{kind: KindInactiveOrg, codes: []string{"inactive_org"}, says: []string{"inactive org"}},
	{kind: KindClientCredentials, codes: []string{"invalid_client", "invalid_client_credentials"}, says: []string{"invalid client credentials"}},
	{kind: KindUnsupportedGrant, codes: []string{"unsupported_grant_type"}, says: []string{"grant type not supported"}},
	{kind: KindRateLimit, codes: []string{"rate_limit_exceeded"}, says: []string{"login rate exceeded", "number of logins exceeded"}},
	{kind: KindRetryRequest, says: []string{"retry your request"}},
	{kind: KindServerBusy, codes: []string{"server_error", "temporarily_unavailable"}, shows: []string{"down for maintenance", "service not available", "server too busy"},
		ja: []string{"メンテナンス", "サービスを利用できません", "サーバが混雑", "サーバが混み合って"}},
	{kind: KindWrongVersion, codes: []string{"wrong_version"}},
	{kind: KindInvalidRequest, codes: []string{"invalid_request", "redirect_uri_missing", "unsupported_response_type"}},

	{kind: KindBrowserHTTPS,
		shows: []string{
			"err_ssl_protocol_error", "ssl_error_rx_record_too_long", "sent an invalid response",
			"secure connection failed", "can't establish a secure connection",
			"can’t establish a secure connection",
		},
		ja: []string{
			"安全に接続できません", "無効な応答", "安全な接続ができませんでした", "セキュリティ保護された接続", "保護されていない通信",
			"プライバシーが保護されません", "プライベートではありません", "セキュリティで保護されていません", "潜在的なセキュリティリスク", "sslエラー",
		}},
	{kind: KindLocalhostRefused,
		shows: []string{
			"err_connection_refused", "refused to connect", "unable to connect", "err_connection_reset",
			"can't connect to the server", "can’t connect to the server", "localhost",
		},
		ja: []string{
			"接続が拒否", "接続を拒否", "このサイトにアクセスできません", "このページに到達できません", "正常に接続できませんでした", "接続がリセット",
			"サーバへの接続を確立できませんでした", "サーバに接続できません", "に接続できないため", "接続が途中で切断",
		}},
	{kind: KindLoginLoop,
		shows: []string{
			"verify your identity", "multi-factor", "mfa", "check your username and password",
			"please check your username", "single sign-on error", "saml", "contact your salesforce administrator",
		},
		ja: []string{
			"ユーザ名とパスワードを確認", "ユーザ名またはパスワード", "パスワードの誤り", "パスワードが正しく", "パスワードが間違", "パスワードが違",
			"idを検証", "idを確認", "本人確認", "確認コード", "検証コード", "多要素認証", "シングルサインオンエラー", "システム管理者に", "ログインが繰り返",
		}},
	{kind: KindBlankPage, shows: []string{"url no longer exists", "page not found", "404", "err_name_not_resolved", "blank"},
		ja: []string{"存在しなくなりました", "もう存在しません", "存在しないページ", "ページが見つかりません", "ページは見つかりません", "見つかりませんでした", "空白", "白紙", "真っ白"}},
	{kind: KindFileDownloaded, shows: []string{"download", "downloads", "downloaded"}, ja: []string{"ダウンロード"}},
	{kind: KindApprovalError, shows: []string{"oauth error"}, ja: []string{"oauthエラー"}}, // the title of a page of which no more was copied
}

func firstOf(matches func(words) bool) Kind {
	if i := slices.IndexFunc(recognised, matches); i >= 0 {
		return recognised[i].kind
	}
	return KindUnknown
}

func recognise(description string, isCode func(string) bool) Kind {
	isSaid := func(s string) bool { return strings.Contains(description, s) }
	if kind := firstOf(func(w words) bool { return slices.ContainsFunc(w.says, isSaid) }); kind != KindUnknown {
		return kind
	}
	return firstOf(func(w words) bool { return slices.ContainsFunc(w.codes, isCode) })
}

// The same words mean another thing at another step (SALESFORCE.md §4.4).
var atStep = map[Step]map[Kind]Kind{
	StepExchange: {KindRedirectURIMismatch: KindInvalidRequest},
	StepRefresh:  ofRefreshToken,
	StepCheck:    ofRefreshToken,
	StepData360: {
		KindInvalidScope: KindData360Scope, KindAppNotInstalled: KindData360Scope,
		KindUnsupportedGrant: KindData360Missing,
		KindTokenExpired:     KindData360Refused, KindAccessDenied: KindData360Refused, KindInsufficientPrivileges: KindData360Refused,
		KindRedirectURIMismatch: KindInvalidRequest, KindCodeExpired: KindInvalidRequest, KindCodeCut: KindInvalidRequest, KindCodeVerifier: KindInvalidRequest,
	},
}

// A request with a refresh token has neither an authorization code nor a redirect URI.
var ofRefreshToken = map[Kind]Kind{
	KindRedirectURIMismatch: KindInvalidRequest, KindCodeExpired: KindAlreadyProcessing, KindCodeVerifier: KindInvalidRequest,
}

// classify names an OAuth error by its error code, its error_description and the HTTP
// status, which is 0 when the error came by the redirect URI.
func classify(step Step, code, description string, status int) Kind {
	code, description = strings.ToLower(code), strings.ToLower(description)
	kind := recognise(description, func(c string) bool { return c == code })
	switch {
	case kind == KindOrgGone:
	case status == 420: // ForceCLI reads it as an expired scratch org (SALESFORCE.md §4.3)
		return KindScratchExpired
	case status == 429:
		return KindRateLimit
	case status >= 500: // a gateway may have put any body there: it must not end a grant
		return KindServerBusy
	case step == StepData360 && (status == http.StatusNotFound || status == http.StatusMethodNotAllowed):
		return KindData360Missing
	case step == StepData360 && kind == KindUnknown && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return KindData360Refused
	case code == "" && status != 0:
		return KindBadAnswer
	}
	if other, ok := atStep[step][kind]; ok {
		return other
	}
	return kind
}

// Recognise names what a person copied from the browser: the text of an error of
// Salesforce's, the address or text of its error page, or a browser's own words. It is
// KindUnknown where none of them is known.
func Recognise(text string) Kind {
	fields := strings.Fields(strings.ToLower(text))
	for i, field := range fields {
		if plain, err := url.QueryUnescape(field); err == nil {
			fields[i] = plain
		}
	}
	text = strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
	alone := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	isWord := func(s string) bool { return slices.Contains(alone, s) }
	if kind := recognise(text, isWord); kind != KindUnknown {
		return kind
	}
	japanese := olderSpelling.Replace(text)
	return firstOf(func(w words) bool {
		return slices.ContainsFunc(w.shows, func(s string) bool {
			return isWord(s) || strings.Contains(s, " ") && strings.Contains(text, s)
		}) || slices.ContainsFunc(w.ja, func(s string) bool { return strings.Contains(japanese, s) })
	})
}

// olderSpelling is Japanese without the long vowels at the end of foreign words, which older
// pages leave out and newer ones have, and without blanks, of which it is the same.
var olderSpelling = strings.NewReplacer(" ", "", "\u3000", "", "ユーザー", "ユーザ", "サーバー", "サーバ", "コンシューマー", "コンシューマ",
	"フォルダー", "フォルダ", "ブラウザー", "ブラウザ", "マネージャー", "マネージャ")

// WinSock has its own number for ECONNREFUSED.
const wsaECONNREFUSED = syscall.Errno(10061)

// noAnswer names why net/http returned err in place of an answer.
func (p *progress) noAnswer(err error) Kind {
	op, _ := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case op != nil && op.Op == "socks connect":
		return KindProxyRefuses
	case op != nil && op.Op == "proxyconnect" && (p.handshaking.Load() || isTLS(err)):
		return KindProxyTLS
	case op != nil && op.Op == "proxyconnect":
		return KindProxyDown
	case is[x509.HostnameError](err):
		return KindCertificateName
	case isInvalid && invalid.Reason == x509.Expired:
		return KindCertificateExpired
	case is[*tls.CertificateVerificationError](err), is[x509.UnknownAuthorityError](err), is[x509.SystemRootsError](err):
		return KindCAUnknown
	case isTLS(err):
		return KindTLS
	case isDNS && dns.IsNotFound:
		return KindNoHost
	case isErrno(err, syscall.ECONNREFUSED, wsaECONNREFUSED):
		return KindRefused
	case !p.reached.Load():
		return KindUnreachable
	case isTimeout(err):
		return KindNoAnswer
	case isCut(err):
		return KindReset
	case p.handshaking.Load():
		return KindTLS
	case p.answered.Load():
		return KindBadAnswer
	}
	return KindReset
}

// noEnd names why the body of an answer could not be read to its end.
func noEnd(err error) Kind {
	switch {
	case isTimeout(err):
		return KindNoAnswer
	case isCut(err):
		return KindTruncated
	}
	return KindBadAnswer
}

func isTimeout(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && late.Timeout()
}

func isCut(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || ok && (op.Op == "read" || op.Op == "write")
}

func isTLS(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return is[tls.RecordHeaderError](err) || is[tls.AlertError](err) || ok && (op.Op == "remote error" || op.Op == "local error")
}
