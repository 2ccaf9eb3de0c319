package cli

import (
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
)

// pieces breaks a text after so many characters each time, as a window does with a long
// address that a person copies out of it.
func pieces(s string, size int) (all []string) {
	for len(s) > size {
		all, s = append(all, s[:size]), s[size:]
	}
	return append(all, s)
}

// exchanges are the token requests that reached the org.
func (l *lines) exchanges() (n int) {
	for _, e := range l.Org.Log() {
		if strings.HasSuffix(e.Path, "/token") {
			n++
		}
	}
	return n
}

func TestAddressThatTheTerminalBrokeIntoLinesIsJoined(t *testing.T) {
	for _, size := range []int{20, 40, 41, 60, 72, 80} {
		inLines(t, nil, func(l *lines) {
			for _, piece := range pieces(l.Redirected(l.url()), size) {
				_, _ = io.WriteString(l.typ, piece+"\n")
			}
			l.pass(time.Second).succeeds().saysNot("beginning of the answer")
			if n := l.exchanges(); n != 1 {
				t.Errorf("width %d: %d token requests", size, n)
			}
		})
	}
}

// A terminal behind a slow line hands over a pasted address piece by piece. sfauth must not
// take one of the pieces for a code.
func TestPieceOfAnAddressIsNeverSentAsACode(t *testing.T) {
	for _, size := range []int{45, 60, 72, 80} {
		inLines(t, nil, func(l *lines) {
			for i, piece := range pieces(l.Redirected(l.url()), size) {
				if i == 1 {
					l.says("This is the beginning of the answer. Paste the rest of it, or the whole address again.")
				}
				l.types(piece)
			}
			l.succeeds()
			if n := l.exchanges(); n != 1 {
				t.Errorf("width %d: %d token requests", size, n)
			}
		})
	}
}

func TestWholeAddressAfterItsBeginningIsTheAnswer(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		whole := l.Redirected(l.url())
		l.types(whole[:60]).says("This is the beginning of the answer.").types(whole[:70]).types(whole).succeeds()
	})
}

func TestCodeThatWasCutIsAskedForAgain(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		whole := l.Redirected(l.url())
		u, err := url.Parse(whole)
		if err != nil {
			t.Fatal(err)
		}
		l.types(strings.TrimRight(u.Query().Get("code"), "=")).says("The code is not whole. Paste the whole address that the browser ends at.")
		l.types(whole).succeeds()
	})
}

func TestAnAddressWithAnUnknownErrorGetsAWord(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		l.types("http://localhost:1717/OauthRedirect?error=new_error").says("There is no code in this.")
		l.types(l.Redirected(l.url())).succeeds()
	})
}
