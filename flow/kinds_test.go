package flow_test

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
)

// What an answer is called that comes in this shape, whatever was asked; in every other
// shape it is nonsense.
var kindsOfShapes = map[string]flow.Kind{
	"status_500": flow.KindServerBusy, "status_503_html": flow.KindServerBusy, "escapes": flow.KindServerBusy,
	"status_429": flow.KindRateLimit, "status_420": flow.KindScratchExpired,
	"truncated": flow.KindTruncated, "silence": flow.KindNoAnswer, "reset": flow.KindReset,
}

func TestAShapeOfAnswerHasOneKindWhateverWasAsked(t *testing.T) {
	for _, shape := range demo.Shapes() {
		for _, op := range operations {
			for _, at := range op.at {
				want, known := kindsOfShapes[shape]
				switch {
				case at == demo.IdentityEndpoint, // which decides nothing
					at == demo.RevokeEndpoint && (op.name != "remove" || shape == "empty" || shape == "truncated"), // an empty body is how Salesforce says yes
					shape == "echo_error" || shape == "echo_description":                                           // the host's own words decide
					continue
				case !known && at == demo.DiscoveryEndpoint:
					want = flow.KindNotSalesforce
				case !known:
					want = flow.KindBadAnswer
				}
				t.Run(strings.Join([]string{op.name, string(at), shape}, "/"), func(t *testing.T) {
					inWorld(t, func(w *world) {
						w.request.Name = "acme"
						g := w.loggedIn()
						w.request.Existing = &g.Connection
						time.Sleep(time.Hour) // the access token is old by then
						w.org.FailAt(at, shape)
						if err := op.do(w); flow.KindOf(err) != want {
							w.Errorf("%s, want %s: %v", flow.KindOf(err), want, err)
						}
						w.leftTabs()
					})
				})
			}
		}
	}
}
