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
		{"invalid_client_id", "Unknown Consumer Key", OnPage, atAuthorize, instead(unknownClient)},
		{"redirect_uri_missing", "No callback URL in the request", OnPage, atAuthorize, instead(missingCallback)},
		{"redirect_uri_mismatch", "Callback URL not registered", OnPage, atAuthorize, instead(callbackMismatch)},
		{"missing_code_challenge", "PKCE challenge missing", OnPage, atAuthorize, instead(missingChallenge)},
		{"app_not_installed", "App not installed in the org", OnPage, atConsent, instead(toErrorPage("invalid_client", "app must be installed into org"))},
		{"approval_error_generic", "Approval fails without a reason", OnPage, atConsent, instead(toErrorPage(genericCode, genericDescription))},
		{"insufficient_privileges", "Insufficient Privileges (Login As session)", OnPage, atConsent, showing("Insufficient Privileges", privileges)},

		{"access_denied", "The person presses Deny", AtCallback, atConsent, refusing("access_denied", "end-user denied authorization")},
		{"app_blocked", "App blocked by an administrator", AtCallback, atConsent, refusing("OAUTH_APP_BLOCKED", "this app is blocked by admin")},
		{"app_access_denied", "User not approved for the app", AtCallback, atConsent, refusing("OAUTH_APP_ACCESS_DENIED", notApproved)},
		{"ec_app_not_found", "External Client App not in this org", AtCallback, atConsent, refusing("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org")},
		{"cross_org", "Local app used from another org", AtCallback, atConsent, refusing("OAUTH_AUTHORIZATION_BLOCKED", "Cross-org OAuth flows are not supported for this external client app")},
		{"invalid_scope", "Scope not on the app", AtCallback, atConsent, refusing("invalid_scope", scopeDescription)},
		{"unsupported_response_type", "Flow disabled for the app", AtCallback, atConsent, refusing("unsupported_response_type", "response type not supported")},
		{"immediate_unsuccessful", "Nobody is logged in", AtCallback, atConsent, refusing("immediate_unsuccessful", "immediate unsuccessful")},
		{"server_error", "Salesforce fails", AtCallback, atConsent, refusing("server_error", "an unexpected error occurred")},
		{"temporarily_unavailable", "Salesforce is busy", AtCallback, atConsent, refusing("temporarily_unavailable", "the server is temporarily unavailable")},
		{"callback_escapes", "Terminal commands hidden in the error", AtCallback, atConsent, refusing("server_error", escapes)},
		{"wrong_state", "The answer carries another state", AtCallback, atConsent, returning(func(say url.Values) { say.Set("state", "another-"+say.Get("state")) })},
		{"wrong_iss", "The answer names another issuer", AtCallback, atConsent, returning(func(say url.Values) { say.Set("iss", "https://evil.example") })},
		{"https_callback", "The browser insists on https", AtCallback, atConsent, insisting},
		{"silence", "The page never comes back", Nowhere, atConsent, showing("Please wait", "This page stays as it is.")},

		{"expired_code", "Authorization code expired", AtToken, atToken, instead(deadCode)},
		{"expired_token", "Refresh token expired or revoked", AtToken, atToken, instead(deadToken)},
		{"already_processing", "Another refresh is under way", AtToken, atToken, instead(inProgress)},
		{"invalid_code_verifier", "PKCE verifier does not match", AtToken, atToken, instead(wrongVerifier)},
		{"ip_restricted", "IP address or login hours", AtToken, atToken, failing("invalid_grant", "ip restricted or invalid login hours")},
		{"authentication_failure", "User locked or password expired", AtToken, atToken, failing("invalid_grant", "authentication failure")},
		{"consumer_not_approved", "User has not approved the app", AtToken, atToken, failing("invalid_grant", "user hasn't approved this consumer")},
		{"grant_inactive_user", "User inactive, by another name", AtToken, atToken, failing("invalid_grant", "inactive user")},
		{"no_valid_scopes", "No valid scopes", AtToken, atToken, failing("invalid_grant", "no valid scopes")},
		{"audience", "Audience validation fails", AtToken, atToken, failing("invalid_grant", "Audience validation failed")},
		{"invalid_client", "Wrong Consumer Secret", AtToken, atToken, instead(wrongSecret)},
		{"token_app_not_installed", "App not installed, said to the token request", AtToken, atToken, failing("invalid_client", "app must be installed into org")},
		{"token_invalid_client_id", "Unknown Consumer Key, said to the token request", AtToken, atToken, instead(unknownTokenClient)},
		{"token_redirect_uri_mismatch", "Callback URL differs, said to the token request", AtToken, atToken, instead(tokenMismatch)},
		{"invalid_client_credentials", "Client credentials refused", AtToken, atToken, failing("invalid_client_credentials", "invalid client credentials")},
		{"invalid_app_access", "User not approved, said to the token request", AtToken, atToken, instead(unapproved)},
		{"inactive_user", "User inactive", AtToken, atToken, failing("inactive_user", "user is inactive")},
		{"inactive_org", "Org locked, closed or suspended", AtToken, atToken, failing("inactive_org", "org locked, closed or suspended")},
		{"rate_limit", "Too many logins", AtToken, atToken, failing("rate_limit_exceeded", "number of logins exceeded")},
		{"unknown_error", "Unknown error, retry", AtToken, atToken, failing("unknown_error", "retry your request")},
		{"data_not_available", "Org deleted or expired", AtToken, atToken, failing("invalid_grant", "Data Not Available")},
		{"unsupported_grant_type", "Grant type not supported", AtToken, atToken, instead(unknownGrantType)},
		{"invalid_request", "A parameter is missing", AtToken, atToken, failing("invalid_request", "missing required parameter")},
		{"unheard_of", "An error nobody has heard of", AtToken, atToken, failing("never_seen_before", "nobody knows what this means")},
		{"escape_sequences", "Terminal commands hidden in a token error", AtToken, atToken, failing("invalid_grant", escapes)},

		{"html_503", "Maintenance page", AtToken, atToken, instead(text(http.StatusServiceUnavailable, asHTML, maintenance))},
		{"status_420", "Status 420 (scratch org expired)", AtToken, atToken, instead(text(420, asText, ""))},
		{"html_200", "A web page in place of tokens", AtToken, atToken, instead(text(http.StatusOK, asHTML, hotel))},
		{"not_json", "Unreadable JSON", AtToken, atToken, instead(text(http.StatusOK, asJSON, `{"access_token": oops`))},
		{"redirect_elsewhere", "Redirect to another host (302)", AtToken, atToken, sending(http.StatusFound)},
		{"redirect_with_body", "Redirect that repeats the secret (307)", AtToken, atToken, sending(http.StatusTemporaryRedirect)},
		{"endless", "An answer without end", AtToken, atToken, instead(answer{contentType: asJSON, stream: flood})},
		{"hang", "Processed, but no answer comes", AtToken, atToken, spoiled(hang)},
		{"truncated", "Processed, but the answer is cut off", AtToken, atToken, spoiled(truncate)},

		{"no_refresh_token", "No refresh token is granted", AtToken, atToken, withholding("refresh_token")},
		{"fewer_scopes", "Fewer scopes are granted than asked for", AtToken, atToken, withholding("api")},
		{"bad_signature", "The signature does not match", AtToken, atToken, setting("signature", sign("another secret", "another identity"))},
		{"foreign_instance", "The instance is not Salesforce's", AtToken, atToken, setting("instance_url", "https://evil.example")},
		{"foreign_id", "The identity URL is not Salesforce's", AtToken, atToken, signedElsewhere("evil.example")},

		{"identity_403", "The identity is refused", AtIdentity, atIdentity, instead(forbidden("Bad_OAuth_Token"))},
		{"identity_500", "The identity service fails", AtIdentity, atIdentity, instead(text(http.StatusInternalServerError, asText, "Internal Server Error"))},
		{"identity_html", "A web page in place of an identity", AtIdentity, atIdentity, instead(text(http.StatusOK, asHTML, loginPage))},
		{"identity_mismatch", "The identity names somebody else", AtIdentity, atIdentity, setting("user_id", OtherUserID)},
		{OtherUser, "Somebody else allows access", AtIdentity, atAuthorize, loggedIn(OtherUsername)},
	}
}
