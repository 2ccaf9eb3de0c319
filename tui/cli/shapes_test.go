package cli

import (
	"testing"
	"time"

	"sfauth/flow/demo"
)

// Whatever the token endpoint answers, the screen and the lines end the login with a
// reason, and show nothing of what was sent.
func TestWhateverTheTokenEndpointAnswersIsSaidWithoutASecret(t *testing.T) {
	for _, shape := range demo.Shapes() {
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
