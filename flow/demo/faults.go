package demo

import (
	"net/http"
	"net/url"
)

const (
	// Characters that no terminal may be given: a title, colours, a cleared screen, a bidi
	// override, a zero-width space, a second line, a C1 control.
	escapes = "\x1b]0;owned\x07\x1b[31mred\x1b[0m \x1b[2J\u202egpj.exe\u2066\u200b\r\nsecond line \u009b1m"

	privileges = "You do not have the level of access necessary to perform the operation you requested. " +
		"Please contact the owner of the record or your administrator if access is necessary."

	maintenance = `<!doctype html><title>Maintenance</title><h1>We are down for maintenance</h1>`
	hotel       = `<!doctype html><title>Hotel Wi-Fi</title><h1>Log in to our network</h1>`
	loginPage   = `<!doctype html><title>Login | Salesforce</title><h1>Log in</h1>`
)

// faults are the errors of SALESFORCE.md §4.1 to §4.3 and what networks, proxies and
// strangers add to them, in the order of a login. It is a function so that no other command
// makes the table when it starts.
func faults() []fault {
	return []fault{
		{"invalid_client_id", OnPage, atAuthorize, instead(unknownClient)},
		{"redirect_uri_missing", OnPage, atAuthorize, instead(missingCallback)},
		{"redirect_uri_mismatch", OnPage, atAuthorize, instead(callbackMismatch)},
		{"missing_code_challenge", OnPage, atAuthorize, instead(missingChallenge)},
		{"app_not_installed", OnPage, atConsent, instead(toErrorPage("invalid_client", "app must be installed into org"))},
		{"approval_error_generic", OnPage, atConsent, instead(toErrorPage(genericCode, genericDescription))},
		{"insufficient_privileges", OnPage, atConsent, showing("Insufficient Privileges", privileges)},

		{"access_denied", AtCallback, atConsent, refusing("access_denied", "end-user denied authorization")},
		{"app_blocked", AtCallback, atConsent, refusing("OAUTH_APP_BLOCKED", "this app is blocked by admin")},
		{"app_access_denied", AtCallback, atConsent, refusing("OAUTH_APP_ACCESS_DENIED", notApproved)},
		{"ec_app_not_found", AtCallback, atConsent, refusing("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org")},
		{"cross_org", AtCallback, atConsent, refusing("OAUTH_AUTHORIZATION_BLOCKED", "Cross-org OAuth flows are not supported for this external client app")},
		{"invalid_scope", AtCallback, atConsent, refusing("invalid_scope", scopeDescription)},
		{"unsupported_response_type", AtCallback, atConsent, refusing("unsupported_response_type", "response type not supported")},
		{"immediate_unsuccessful", AtCallback, atConsent, refusing("immediate_unsuccessful", "immediate unsuccessful")},
		{"server_error", AtCallback, atConsent, refusing("server_error", "an unexpected error occurred")},
		{"temporarily_unavailable", AtCallback, atConsent, refusing("temporarily_unavailable", "the server is temporarily unavailable")},
		{"callback_escapes", AtCallback, atConsent, refusing("server_error", escapes)},
		{"wrong_state", AtCallback, atConsent, returning(func(say url.Values) { say.Set("state", "another-"+say.Get("state")) })},
		{"wrong_iss", AtCallback, atConsent, returning(func(say url.Values) { say.Set("iss", "https://evil.example") })},
		{"https_callback", AtCallback, atConsent, insisting},
		{"silence", Nowhere, atConsent, showing("Please wait", "This page stays as it is.")},

		{"expired_code", AtToken, atToken, instead(deadCode)},
		{"expired_token", AtToken, atToken, instead(deadToken)},
		{"already_processing", AtToken, atToken, instead(inProgress)},
		{"invalid_code_verifier", AtToken, atToken, instead(wrongVerifier)},
		{"ip_restricted", AtToken, atToken, failing("invalid_grant", "ip restricted or invalid login hours")},
		{"authentication_failure", AtToken, atToken, failing("invalid_grant", "authentication failure")},
		{"consumer_not_approved", AtToken, atToken, failing("invalid_grant", "user hasn't approved this consumer")},
		{"grant_inactive_user", AtToken, atToken, failing("invalid_grant", "inactive user")},
		{"no_valid_scopes", AtToken, atToken, failing("invalid_grant", "no valid scopes")},
		{"audience", AtToken, atToken, failing("invalid_grant", "Audience validation failed")},
		{"invalid_client", AtToken, atToken, instead(wrongSecret)},
		{"token_app_not_installed", AtToken, atToken, failing("invalid_client", "app must be installed into org")},
		{"token_invalid_client_id", AtToken, atToken, instead(unknownTokenClient)},
		{"token_redirect_uri_mismatch", AtToken, atToken, instead(tokenMismatch)},
		{"invalid_client_credentials", AtToken, atToken, failing("invalid_client_credentials", "invalid client credentials")},
		{"invalid_app_access", AtToken, atToken, instead(unapproved)},
		{"inactive_user", AtToken, atToken, failing("inactive_user", "user is inactive")},
		{"inactive_org", AtToken, atToken, failing("inactive_org", "org locked, closed or suspended")},
		{"rate_limit", AtToken, atToken, failing("rate_limit_exceeded", "number of logins exceeded")},
		{"unknown_error", AtToken, atToken, failing("unknown_error", "retry your request")},
		{"data_not_available", AtToken, atToken, failing("invalid_grant", "Data Not Available")},
		{"unsupported_grant_type", AtToken, atToken, instead(unknownGrantType)},
		{"invalid_request", AtToken, atToken, failing("invalid_request", "missing required parameter")},
		{"unheard_of", AtToken, atToken, failing("never_seen_before", "nobody knows what this means")},
		{"escape_sequences", AtToken, atToken, failing("invalid_grant", escapes)},

		{"html_503", AtToken, atToken, instead(text(http.StatusServiceUnavailable, asHTML, maintenance))},
		{"status_420", AtToken, atToken, instead(text(420, asText, ""))},
		{"html_200", AtToken, atToken, instead(text(http.StatusOK, asHTML, hotel))},
		{"not_json", AtToken, atToken, instead(text(http.StatusOK, asJSON, `{"access_token": oops`))},
		{"redirect_elsewhere", AtToken, atToken, sending(http.StatusFound)},
		{"redirect_with_body", AtToken, atToken, sending(http.StatusTemporaryRedirect)},
		{"endless", AtToken, atToken, instead(answer{contentType: asJSON, stream: flood})},
		{"hang", AtToken, atToken, spoiled(hang)},
		{"truncated", AtToken, atToken, spoiled(truncate)},

		{"no_refresh_token", AtToken, atToken, withholding("refresh_token")},
		{"fewer_scopes", AtToken, atToken, withholding("api")},
		{"bad_signature", AtToken, atToken, setting("signature", sign("another secret", "another identity"))},
		{"foreign_instance", AtToken, atToken, setting("instance_url", "https://evil.example")},
		{"foreign_id", AtToken, atToken, signedElsewhere("evil.example")},

		{"identity_403", AtIdentity, atIdentity, instead(forbidden("Bad_OAuth_Token"))},
		{"identity_500", AtIdentity, atIdentity, instead(text(http.StatusInternalServerError, asText, "Internal Server Error"))},
		{"identity_html", AtIdentity, atIdentity, instead(text(http.StatusOK, asHTML, loginPage))},
		{"identity_mismatch", AtIdentity, atIdentity, setting("user_id", OtherUserID)},
		{OtherUser, AtIdentity, atAuthorize, loggedIn(OtherUsername)},
	}
}
