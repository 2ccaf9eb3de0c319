package flow_test

import (
	"context"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
)

const callbackURL = "http://localhost:1717/OauthRedirect"

// answerTo is the address at which the browser answers an authorize URL.
func answerTo(authorizeURL string, say ...string) string {
	v := url.Values{"state": {state(authorizeURL)}}
	for i := 0; i < len(say); i += 2 {
		v[say[i]] = append(v[say[i]], say[i+1])
	}
	return callbackURL + "?" + v.Encode()
}

func TestStrayRequestDoesNotEndTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			right := state(u)
			for _, stray := range []struct {
				method, address string
				header          []string
				status          int
			}{
				{"GET", callbackURL, nil, 400},
				{"GET", callbackURL + "?code=aPrxStolen", nil, 400},
				{"GET", callbackURL + "?code=aPrxStolen&state=evil", nil, 400},
				{"GET", callbackURL + "?error=access_denied&state=evil", nil, 400},
				{"GET", callbackURL + "?error=access_denied", nil, 400},
				{"GET", answerTo(u), nil, 400},
				{"GET", answerTo(u, "code", ""), nil, 400},
				{"GET", answerTo(u, "code", "one", "code", "two"), nil, 400},
				{"GET", answerTo(u, "code", "one", "error", "access_denied"), nil, 400},
				{"GET", answerTo(u, "code", "one", "iss", "a", "iss", "b"), nil, 400},
				{"GET", callbackURL + "?code=one&state=" + right + "&state=" + right, nil, 400},
				{"POST", answerTo(u, "code", "one"), nil, 405},
				{"HEAD", answerTo(u, "code", "one"), nil, 405},
				{"PUT", answerTo(u, "code", "one"), nil, 405},
				{"GET", strings.Replace(answerTo(u, "code", "one"), "/OauthRedirect", "/oauthredirect", 1), nil, 404},
				{"GET", strings.Replace(answerTo(u, "code", "one"), "/OauthRedirect", "/OauthRedirect/", 1), nil, 404},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "evil.example:1717"}, 421},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "localhost:1718"}, 421},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "localhost"}, 421},
			} {
				res := w.do(stray.method, stray.address, stray.header...)
				if res.StatusCode != stray.status {
					w.Errorf("%s %s %v: %d, want %d", stray.method, stray.address, stray.header, res.StatusCode, stray.status)
				}
				synctest.Wait()
			}
			w.visit(u, true)
		})
		w.loggedIn()
		if s, _ := heard[flow.Stray](w); s.Count != 19 || s.TLS {
			w.Errorf("%+v", s)
		}
	})
}

func TestWhatABrowserAsksOfItsOwnAccordIsNotCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			for _, own := range []struct {
				method, address string
				header          []string
				status          int
			}{
				{"GET", "http://localhost:1717/favicon.ico", nil, 404},
				{"GET", "http://localhost:1717/apple-touch-icon-precomposed.png", nil, 404},
				{"OPTIONS", callbackURL, []string{"Access-Control-Request-Private-Network", "true"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"Sec-Purpose", "prefetch;prerender"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"Purpose", "prefetch"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"X-Moz", "prefetch"}, 204},
			} {
				if res := w.do(own.method, own.address, own.header...); res.StatusCode != own.status {
					w.Errorf("%s %s %v: %d, want %d", own.method, own.address, own.header, res.StatusCode, own.status)
				}
			}
			w.visit(u, true)
		})
		w.loggedIn()
		if s, counted := heard[flow.Stray](w); counted {
			w.Errorf("%+v", s)
		}
	})
}

func TestAFloodOfStraysIsToldInOneEventAndHoldsNothingUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Open = func(_ context.Context, u string) error { // while the browser opens, Authorize reads no event
			for range 500 {
				w.get(callbackURL + "?state=evil")
			}
			go w.visit(u, true)
			return nil
		}
		w.loggedIn()
		events := 0
		for _, e := range w.events {
			if s, ok := e.(flow.Stray); ok {
				events++
				if s.Count != 500 {
					w.Error("counted", s.Count)
				}
			}
		}
		if events != 1 {
			w.Error(events, "events")
		}
	})
}

func TestEitherLoopbackAddressHearsTheAnswer(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		inWorld(t, func(w *world) {
			w.person(func(u string) {
				w.get(strings.Replace(answerTo(u, "error", "access_denied"), "localhost", host, 1), "Host", strings.ToUpper(host)+":1717")
			})
			_, err := w.login()
			wantKind(w, err, flow.StepAllow, flow.KindAccessDenied)
		})
	}
}

func TestUnknownParametersAreIgnoredAndTheRightIssuerIsAccepted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			w.get(answerTo(u, "error", "access_denied", "iss", loginHost+"/", "sfdc_community_id", "0DB", "x", "%zz") + "&;broken=%")
		})
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindAccessDenied)
	})
}

func TestAnotherIssuerEndsTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("wrong_iss")
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindIssuer)
		if w.posts() != 0 {
			w.Error("the code was sent to the token endpoint")
		}
	})
}

func TestCodeIsDecodedExactlyOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &sent{RoundTripper: w.HTTP.Transport}
		w.HTTP.Transport = s
		const code = "aPrx%2B+%3D=="
		w.person(func(u string) { w.get(answerTo(u, "code", code)) })
		_, err := w.login()
		wantKind(w, err, flow.StepExchange, flow.KindCodeExpired)
		if len(s.forms) != 1 || s.forms[0].Get("code") != code {
			w.Error("sent", s.forms)
		}
	})
}

func TestClosingTakesLessThanASecondWithSilentSockets(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithCancel(w.Context())
		var gaveUp time.Time
		w.person(func(u string) {
			for range 5 { // a browser connects ahead of time and never uses the connection
				conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
				must(w, err)
				w.Cleanup(func() { conn.Close() })
			}
			half, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			w.Cleanup(func() { half.Close() })
			io.WriteString(half, "GET /OauthRedirect HTTP/1.1\r\nHost: loc")
			synctest.Wait()
			gaveUp = time.Now()
			cancel()
		})
		w.loginWith(ctx)
		if took := time.Since(gaveUp); took >= time.Second {
			w.Error("closing took", took)
		}
		if !w.isFree() {
			w.Error("the port is still held")
		}
	})
}

func TestClosingTakesLessThanASecondWhenTheTabIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		var answered time.Time
		w.person(func(u string) {
			answered = time.Now()
			w.get(answerTo(u, "error", "access_denied")) // this browser never follows the redirect to the page of the outcome
		})
		w.login()
		if took := time.Since(answered); took >= time.Second {
			w.Error("closing took", took)
		}
	})
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			start := time.Now()
			go io.WriteString(conn, "GET / HTTP/1.1\r\n")
			io.Copy(io.Discard, conn)
			if took := time.Since(start); took > 6*time.Second {
				w.Error("cut off after", took)
			}
			conn.Close()
			if res := w.get(callbackURL, "X-Long", strings.Repeat("x", 17<<10)); res.StatusCode != 431 {
				w.Error("long headers:", res.StatusCode)
			}
			w.visit(u, true)
		})
		w.loggedIn()
	})
}

func TestHTTPSIsRecognisedAndThePersonTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			go conn.Write([]byte("\x16\x03\x01\x02\x00\x01"))
			if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
				w.Error("it was answered")
			}
			conn.Close()
			w.visit(u, true)
		})
		w.loggedIn()
		if s, _ := heard[flow.Stray](w); !s.TLS {
			w.Errorf("%+v", s)
		}
	})
}
