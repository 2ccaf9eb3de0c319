package tui

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/shapes"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// Whatever an endpoint answers, the screen says it in the words of its one kind, and shows
// nothing of what was sent. Under SFAUTH_TEST=all every screen meets every answer; else every
// third, so that each answer meets every third screen.
func TestWhateverAnEndpointAnswersIsShownInItsWordsAndWithoutASecret(t *testing.T) {
	for i, row := range []struct {
		name  string
		begin func(w *screened, o *Options)
		step  flow.Step
		at    demo.Endpoint
		do    func(w *screened)
	}{
		{"login", given, flow.StepExchange, demo.TokenEndpoint, func(w *screened) { w.paste(w.redirected()) }},
		{"login again", one, flow.StepExchange, demo.TokenEndpoint, func(w *screened) { w.press("enter", "a").wait(time.Second).paste(w.redirected()) }},
		{"check", one, flow.StepRefresh, demo.IntrospectEndpoint, func(w *screened) { w.press("r") }},
		{"remove", one, flow.StepRevoke, demo.RevokeEndpoint, func(w *screened) { w.press("x", "y") }},
		{"discover", nil, flow.StepInput, demo.DiscoveryEndpoint, func(w *screened) { w.typ("http://" + world.LoginHost) }},
	} {
		for j, shape := range demo.Shapes() {
			if i%3 != j%3 && os.Getenv("SFAUTH_TEST") != "all" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", row.name, shape), func(t *testing.T) {
				inWorld(t, row.begin, func(w *screened) {
					w.wait(time.Second)
					w.Org.FailAt(row.at, shape)
					row.do(w)
					w.wait(time.Minute).showsNot("sfauth token acme") // as who has got a token reads
					if kind := shapes.Kind(row.step, row.at, shape); kind != "" && kind != flow.KindUnknown {
						w.shows(text.English.Explain(kind, w.Given()).Title)
					}
					for _, secret := range []string{w.App.ClientSecret[:12], w.App.ClientSecret[len(w.App.ClientSecret)-12:], "5Aep861"} {
						if strings.Contains(w.seen.String(), secret) {
							t.Errorf("the screen shows %s…", secret)
						}
					}
				})
			})
		}
	}
}
