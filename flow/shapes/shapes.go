// Package shapes says what sfauth makes of each answer that the simulator can give in place
// of the right one. Tests of the flow, of screens and of lines expect the same.
package shapes

import (
	"sfauth/flow"
	"sfauth/flow/demo"
)

// anywhere is what an answer in this shape is, whatever was asked; in every other it is
// nonsense.
var anywhere = map[string]flow.Kind{
	"status_500": flow.KindServerBusy, "status_503_html": flow.KindServerBusy, "escapes": flow.KindServerBusy,
	"status_429": flow.KindRateLimit, "status_420": flow.KindScratchExpired,
	"truncated": flow.KindTruncated, "silence": flow.KindNoAnswer, "reset": flow.KindReset,
	"echo_error": flow.KindUnknown, "echo_description": flow.KindInvalidRequest, // the host's own words decide
}

// Kind is what an endpoint's answer in this shape is at this step; "": nothing fails by it.
func Kind(step flow.Step, at demo.Endpoint, shape string) flow.Kind {
	kind, known := anywhere[shape]
	words := shape == "echo_error" || shape == "echo_description"
	switch {
	case at == demo.IdentityEndpoint, // a login is saved before the identity service is asked
		at == demo.RevokeEndpoint && (shape == "empty" || shape == "truncated" || shape == "no_fields"): // no body, or an object without an error, is a yes
		return ""
	case at == demo.DiscoveryEndpoint && (!known || words):
		return flow.KindNotSalesforce
	case at == demo.IntrospectEndpoint && words: // which say nothing of the token
		return flow.KindCheckRefused
	case step == flow.StepExchange && at == demo.TokenEndpoint && shape == "echo_description": // it names the verifier
		return flow.KindCodeVerifier
	case !known:
		return flow.KindBadAnswer
	}
	return kind
}
