package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow/demo"
)

// Whatever the token endpoint answers, the screen and the lines end the login with a
// reason, and show nothing of what was sent.
func TestWhateverTheTokenEndpointAnswersIsSaidWithoutASecret(t *testing.T) {
	for _, shape := range demo.Shapes() {
		inWorld(t, allowed, func(w *screened) {
			w.Org.FailAt(demo.TokenEndpoint, shape)
			w.wait(time.Minute).showsNot("Connected")
			if all, err := w.Store.List(); err != nil || len(all) != 0 {
				t.Errorf("%s: saved %v, %v", shape, all, err)
			}
			if secret := w.App.ClientSecret; strings.Contains(w.seen.String(), secret[:12]) || strings.Contains(w.seen.String(), secret[len(secret)-12:]) {
				t.Errorf("%s: the screen shows the Consumer Secret", shape)
			}
		})
		inLines(t, func(l *lines) {
			byBrowser(l)
			l.Org.FailAt(demo.TokenEndpoint, shape)
		}, func(l *lines) {
			l.pass(time.Minute)
			secret := l.App.ClientSecret
			l.saysNot(secret[:12], secret[len(secret)-12:], "Saved")
			if !l.ended() {
				t.Errorf("%s: the login has not ended", shape)
			}
		})
	}
}
