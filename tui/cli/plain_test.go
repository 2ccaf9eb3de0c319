package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// lines is a world in which the wizard talks line by line.
type lines struct {
	*world.World
	o    plainOptions
	typ  *io.PipeWriter
	out  world.Transcript
	end  context.CancelCauseFunc
	stop []func() // at the end
	done chan struct{}

	saved keystore.Connection
	err   error

	hidden int    // is what is typed, when it is not 0
	back   func() // the person comes back to the suspended program; nil: nothing is asked
}

// inLines runs Plain with everything given and a person who can type; change may
// alter that before it starts.
func inLines(t *testing.T, change func(l *lines), test func(l *lines)) {
	t.Helper()
	world.Begin(t, func(ctx context.Context, in *world.World) {
		request := in.Given()
		l := &lines{World: in, done: make(chan struct{})}
		l.o = plainOptions{Text: &text.English, Client: in.Client, Request: &request, Out: &l.out}
		keys, typ := io.Pipe()
		l.typ = typ
		l.o.In = &console{words: l.o.Text, lines: bufio.NewReader(keys), out: &l.out}
		if change != nil {
			change(l)
		}
		defer l.Serve()()
		l.o.Request.Name = cmp.Or(l.o.Request.Name, "acme")
		ctx, l.end = context.WithCancelCause(ctx)
		go func() {
			defer close(l.done)
			l.saved, l.err = lineByLine(ctx, l.o)
		}()
		defer func() {
			l.end(nil)
			l.typ.Close()
			<-l.done
			for _, stop := range l.stop {
				stop()
			}
		}()
		l.pass(time.Second)
		test(l)
	})
}

// pass lets fake time pass.
func (l *lines) pass(d time.Duration) *lines {
	time.Sleep(d)
	synctest.Wait()
	return l
}

func (l *lines) types(line string) *lines {
	_, _ = io.WriteString(l.typ, line+"\n")
	return l.pass(time.Second)
}

func (l *lines) says(want ...string) *lines {
	l.T.Helper()
	for _, s := range want {
		if !strings.Contains(l.out.String(), s) {
			l.T.Errorf("%q is not said:\n%s", s, l.out.String())
		}
	}
	return l
}

func (l *lines) saysNot(unwanted ...string) *lines {
	l.T.Helper()
	for _, s := range unwanted {
		if strings.Contains(l.out.String(), s) {
			l.T.Errorf("%q is said:\n%s", s, l.out.String())
		}
	}
	return l
}

// ended reports whether Plain has returned.
func (l *lines) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (l *lines) succeeds() *lines {
	l.T.Helper()
	if !l.ended() || l.err != nil {
		l.T.Fatalf("ended %v, %v:\n%s", l.ended(), l.err, l.out.String())
	}
	if l.o.Demo == nil {
		l.says("Run sfauth token " + l.saved.Name + " ")
	}
	return l.says("Saved as " + l.saved.Name)
}

func (l *lines) failed(kind flow.Kind) *lines {
	l.T.Helper()
	if !l.ended() || flow.KindOf(l.err) != kind {
		l.T.Fatalf("ended %v, %v:\n%s", l.ended(), l.err, l.out.String())
	}
	return l
}

// url is the address that stands alone on a line.
func (l *lines) url() string {
	l.T.Helper()
	for line := range strings.Lines(l.out.String()) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "http://"+world.LoginHost+"/services/oauth2/authorize?") {
			return line
		}
	}
	l.T.Fatalf("no address stands alone:\n%s", l.out.String())
	return ""
}

// byBrowser, unheard, throughSSH and inHaste change what a run of Plain is given before it
// starts.
func byBrowser(l *lines)  { l.Allows() }
func unheard(l *lines)    { l.o.In = nil }
func throughSSH(l *lines) { l.Fails = flow.ErrSSH }
func inHaste(l *lines)    { l.o.Client.Timeout = 20 * time.Second }

// onATerminal has a person who can be asked, too, and an echo of what may be seen.
func onATerminal(l *lines) {
	l.o.In.terminal = screen{l}
}

// screen is a terminal that shows the person nothing but the questions.
type screen struct{ *lines }

func (s screen) hide() (shown func()) {
	s.hidden++
	return func() { s.hidden-- }
}

func (s screen) hidePaste() (shown func()) { return s.hide() }

func (s screen) whenBack(do func()) (stop func()) {
	s.back = do
	return func() { s.back = nil }
}

// more tells, as a terminal does, whether the person has typed another line, and takes that
// line from the terminal to find out.
func (s screen) more() bool {
	r := s.o.In.begin()
	select {
	case <-r.done:
		return r.err == nil
	default:
		return false
	}
}

// lackingAll is a login for which nobody has given more than the callback.
func lackingAll(l *lines) {
	*l.o.Request = flow.Request{RedirectURI: l.App.Callbacks[0], Scope: flow.DefaultScope}
}

// at makes the login ask that host.
func at(host string) func(*lines) {
	return func(l *lines) {
		var err error
		if l.o.Request.Domain, err = flow.ParseDomain(host); err != nil {
			l.T.Fatal(err)
		}
	}
}

const elsewhere = "http://127.0.0.1:8090"

// servedElsewhere has a host on which something else than Salesforce answers.
func servedElsewhere(l *lines) {
	site, err := l.o.Client.Listen(l.T.Context(), "tcp", strings.TrimPrefix(elsewhere, "http://"))
	if err != nil {
		l.T.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	l.stop = append(l.stop, func() { server.Close() })
	go server.Serve(site)
}

// thatLocks has a browser, and a keychain that locks itself while the login waits.
func thatLocks(l *lines) {
	byBrowser(l)
	open := l.Client.Open
	l.Client.Open = func(ctx context.Context, url string) error {
		l.Vault.Fail = keystore.ErrLocked
		return open(ctx, url)
	}
}

// inDemo has a stand-in for the browser, and an org that fails in the way of fault.
func inDemo(fault string) func(*lines) {
	return func(l *lines) {
		*l.o.Request = l.Stage().Request()
		l.Org.Fail(fault)
		l.o.Request.NoBrowser = true
		l.o.Demo = &tui.Demo{SetFault: l.Org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
			return demo.StandIn(ctx, l.Browser, url, allow)
		}}
	}
}

func all(changes ...func(*lines)) func(*lines) {
	return func(l *lines) {
		for _, c := range changes {
			c(l)
		}
	}
}

func TestEveryLineOfProgressIsAFinishedSentence(t *testing.T) {
	for name, change := range map[string]func(*lines){
		"browser": byBrowser, "ssh": throughSSH, "demo": all(inDemo(""), unheard), "pasteOnly": func(l *lines) { l.o.Request.PasteOnly = true },
		"fewerScopes": all(inDemo("fewer_scopes"), unheard), "noIdentity": all(inDemo("identity_500"), unheard),
		"page": all(inDemo("redirect_uri_mismatch"), unheard), "stray": all(inDemo("wrong_state"), unheard),
	} {
		t.Run(name, func(t *testing.T) {
			inLines(t, change, func(l *lines) {
				l.pass(25 * time.Second).url()
				announced := false
				for line := range strings.Lines(l.out.String()) {
					line = strings.TrimSuffix(line, "\n")
					first, _ := utf8.DecodeRuneInString(line)
					switch {
					case line == "":
					case strings.HasSuffix(line, ":"):
						announced = true
					case announced:
						announced = false
					case !unicode.IsUpper(first) || !strings.HasSuffix(line, "."):
						t.Errorf("%q", line)
					}
				}
			})
		})
	}
}

func TestTheAddressStandsAloneOnALine(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		if u, err := url.Parse(l.url()); err != nil || u.Query().Get("state") == "" {
			t.Errorf("%v, %v", u, err)
		}
		l.says("\n\n" + l.url() + "\n\n")
	})
}

func TestTheBrowsersAnswerIsSaved(t *testing.T) {
	inLines(t, byBrowser, func(l *lines) {
		l.pass(25*time.Second).succeeds().says("Opened the browser.", "Signed in as demo@acme.example", "Granted, as asked: ")
	})
}

func TestAPastedAddressIsSaved(t *testing.T) {
	inLines(t, nil, func(l *lines) { l.types("  " + l.Redirected(l.url()) + " ").succeeds() })
}

func TestABareCodeIsSaved(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		u, err := url.Parse(l.Redirected(l.url()))
		if err != nil {
			t.Fatal(err)
		}
		l.types(url.QueryEscape(u.Query().Get("code"))).succeeds()
	})
}

func TestWhatIsNoAnswerIsExplainedAndTheWaitGoesOn(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		l.types("").types("https://example.org/nothing").says("There is no code in this. Paste the whole address that begins with http://localhost:1717")
		l.types(l.url()).says("This is the address to open, not the answer.")
		l.types(l.App.Callbacks[0] + "?code=aPrx1234567890123456&state=another").says("This is the answer to another login.")
		l.types("error=invalid_client_id&error_description=client%20identifier%20invalid").says("Salesforce does not know this Consumer Key.")
		l.types("redirect_uri_mismatch").says("The callback URL is not registered.")
		l.types("external client app is not installed in this org").says("The app is not in this org.")
		l.types(l.Redirected(l.url())).succeeds()
	})
}

func TestTheEndOfStdinIsNotTheEndOfTheWait(t *testing.T) {
	inLines(t, byBrowser, func(l *lines) {
		l.typ.Close()
		if l.pass(10 * time.Second); l.ended() {
			t.Fatal(l.err)
		}
		l.pass(15 * time.Second).succeeds()
	})
}

func TestWhereNobodyCanBeAskedNothingIsAsked(t *testing.T) {
	inLines(t, all(byBrowser, unheard), func(l *lines) {
		l.pass(25*time.Second).succeeds().saysNot("paste", "Type ")
	})
}

func TestTheDemoGoesOnByItselfWhereNobodyCanBeAsked(t *testing.T) {
	inLines(t, all(inDemo(""), unheard), func(l *lines) { l.succeeds() })
}

func TestInTheDemoAllowAndDenyAreTyped(t *testing.T) {
	inLines(t, inDemo(""), func(l *lines) { l.says("type allow or deny").types("allow").succeeds() })
	inLines(t, inDemo(""), func(l *lines) { l.types("deny").failed(flow.KindAccessDenied) })
}

func TestAPageThatTheDemoEndsOnIsShownAndExplained(t *testing.T) {
	inLines(t, inDemo("redirect_uri_mismatch"), func(l *lines) {
		l.types("allow").says("The browser shows: ", "The callback URL is not registered.\n", "\nAdd http://localhost:1717/OauthRedirect")
		l.Org.Fail("")
		l.types("allow").succeeds()
	})
}

func TestATokenThatCouldNotBeSavedIsSavedOnRetry(t *testing.T) {
	inLines(t, thatLocks, func(l *lines) {
		l.pass(25*time.Second).says("not saved: the keychain is locked.", "Type retry").types("retry")
		if l.types("what?"); l.ended() {
			t.Fatal("given up on a mistyped word")
		}
		l.Vault.Fail = nil
		l.types("retry").succeeds().saysNot("5Aep")
	})
}

func TestATokenThatCouldNotBeSavedIsShownWhenAskedFor(t *testing.T) {
	inLines(t, thatLocks, func(l *lines) {
		l.pass(25 * time.Second).saysNot("5Aep").types("show").says("\n5Aep")
		l.typ.Close()
		l.pass(time.Second).failed(flow.KindKeychainLocked)
	})
}

// someoneElses is a login again to a connection of another user.
func someoneElses(l *lines) {
	byBrowser(l)
	acme, err := l.Store.Create(l.T.Context(), keystore.Connection{Name: "acme", Username: "else@acme.example", OrgID: "00D000000000001AAA",
		UserID: "005000000000001AAA"}, keystore.Secrets{RefreshToken: keystore.NewSecret("kept")})
	if err != nil {
		l.T.Fatal(err)
	}
	l.o.Request.Existing, l.o.Request.Name = &acme, acme.Name
}

func TestAnotherUsersTokenIsSavedOnlyAsAConnectionOfItsOwn(t *testing.T) {
	inLines(t, someoneElses, func(l *lines) {
		l.pass(25*time.Second).says("not saved: this is another user or org.", "acme is of another user: else@acme.example.", "Type new")
		l.types("retry").types("new").succeeds()
		acme, err := l.Store.Find("acme")
		if err != nil || acme.UserID != "005000000000001AAA" || l.saved.Name == "acme" {
			t.Errorf("%+v, %v, saved as %s", acme, err, l.saved.Name)
		}
	})
}

func TestAnotherUsersTokenReplacesOnlyWhenToldTo(t *testing.T) {
	inLines(t, someoneElses, func(l *lines) {
		l.pass(25 * time.Second).types("replace").succeeds()
		all, err := l.Store.List()
		if err != nil || len(all) != 1 || all[0].Name != "acme" || all[0].Username != demo.Username {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestWhatIsMissingIsAskedForInTurn(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, lackingAll), func(l *lines) {
		l.says("Login domain").saysNot("Consumer Key").types("http://"+world.LoginHost).says("Consumer Key:", l.App.Callbacks[0]+" as its Callback URL")
		l.saysNot("Consumer Secret").types(" " + l.App.ClientID + " ").says("Consumer Secret").saysNot("Listening on")
		l.types(l.App.ClientSecret).pass(25*time.Second).succeeds().saysNot(l.App.ClientSecret, "3MVG and some")
		if got := l.o.Request; got.ClientID != l.App.ClientID || !got.ClientSecret.Equal(keystore.NewSecret(l.App.ClientSecret)) {
			t.Errorf("asked for %+v", got)
		}
	})
}

func TestAnAnswerThatWillNotDoIsExplainedAndAskedForAgain(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, lackingAll), func(l *lines) {
		l.types("").says("There is no address yet. ").types("http://acme.my.salesforce.com").says("The address is not https. ")
		l.types("127.0.0.1").says("wrong host: nothing listens at 127.0.0.1.").types("http://" + world.LoginHost).says("Consumer Key:")
		l.types("").says("There is no Consumer Key yet. ").types("two words").says("There is a blank inside")
		l.types(l.App.ClientID).types("se\x1b[Dcret").says("invisible characters").types(l.App.ClientSecret)
		l.pass(25 * time.Second).succeeds()
	})
}

func TestAnOddConsumerKeyIsWarnedOfAndTaken(t *testing.T) {
	inLines(t, all(onATerminal, lackingAll), func(l *lines) {
		l.types("http://"+world.LoginHost).types("3MVGshort").says("3MVG and some 80 characters", "Going on with it all the same.")
		l.types(l.App.ClientID).says("That is a Consumer Key. The Consumer Secret stands below it in Setup.")
		if l.url(); !strings.Contains(l.url(), "client_id=3MVGshort&") {
			t.Error(l.url())
		}
	})
	inLines(t, func(l *lines) { l.o.Request.ClientID = "0xI5g000000GmaBEAS" }, func(l *lines) { // as by --client-id, and nobody there
		if l.says("That is the id of the app, as in its address."); !strings.Contains(l.url(), "client_id=0xI5g000000GmaBEAS&") {
			t.Error(l.url())
		}
	})
}

func TestAHostThatDoesNotAnswerIsTakenWhenTypedTwice(t *testing.T) {
	inLines(t, all(onATerminal, lackingAll), func(l *lines) {
		l.types("nobody").says("wrong host: there is no host nobody.my.salesforce.com.").types("nobody.my.salesforce.com").says("Consumer Key:")
	})
}

func TestAnEmptySecretIsThatOfAPublicClient(t *testing.T) {
	inLines(t, all(onATerminal, func(l *lines) { l.o.Request.ClientSecret = keystore.Secret{} }), func(l *lines) {
		l.says("Consumer Secret").types("").url()
	})
	inLines(t, all(onATerminal, func(l *lines) {
		l.o.Request.ClientSecret = keystore.Secret{}
		l.o.Given.ClientSecret = true
	}), func(l *lines) { l.saysNot("Consumer Secret").url() })
}

func TestWhatNobodyAnswersIsNamedByItsFlags(t *testing.T) {
	for want, changes := range map[string]func(*lines){
		"missing --domain and --client-id": lackingAll,
		"missing --client-id":              func(l *lines) { l.o.Request.ClientID = "" },
		"missing --client-secret-stdin":    all(onATerminal, func(l *lines) { l.o.Request.ClientSecret = keystore.Secret{} }),
	} {
		for _, where := range []func(*lines){onATerminal, func(*lines) {}} {
			inLines(t, all(changes, where), func(l *lines) {
				l.typ.Close()
				if l.pass(time.Second); !l.ended() || !errors.As(l.err, new(usageError)) {
					t.Fatalf("%s: ended %v, %v", want, l.ended(), l.err)
				}
				if why := text.English.Why(l.err, *l.o.Request); !strings.HasSuffix(why, want) || text.English.Hint(l.err, *l.o.Request) != "run sfauth login --help" {
					t.Errorf("%q, hint %q, want %q", why, text.English.Hint(l.err, *l.o.Request), want)
				}
				l.saysNot("Listening on")
			})
		}
	}
}

func TestAnInterruptionEndsAQuestion(t *testing.T) {
	inLines(t, all(onATerminal, lackingAll), func(l *lines) {
		l.end(nil)
		if l.pass(time.Second); !l.ended() || !errors.Is(l.err, context.Canceled) {
			t.Errorf("ended %v, %v", l.ended(), l.err)
		}
	})
}

func TestALoginHostThatIsNoneEndsTheLoginBeforeTheBrowser(t *testing.T) {
	for want, change := range map[string]func(*lines){
		"there is no host nobody.my.salesforce.com":   at("nobody"),
		"nothing listens at http://127.0.0.1:9":       at("http://127.0.0.1:9"),
		elsewhere + " is not a Salesforce login page": all(servedElsewhere, at(elsewhere)),
	} {
		inLines(t, all(byBrowser, change), func(l *lines) {
			if !l.ended() || l.Opened > 0 || text.English.Why(l.err, *l.o.Request) != want {
				t.Errorf("ended %v, %d browsers, %v, want %s", l.ended(), l.Opened, l.err, want)
			}
			transient := !strings.HasPrefix(want, elsewhere)
			if got := flow.VerdictOf(l.err) == flow.Transient; got != transient {
				t.Errorf("%s: transient %v", want, got)
			}
			oneLine(t, text.English.Hint(l.err, *l.o.Request))
			l.saysNot("Secrets go to")
		})
	}
}

func TestAHostThatIsMeantIsGoneOnWithInAScriptWhateverItSays(t *testing.T) {
	for why, change := range map[string]func(*lines){
		"there is no host nobody.my.salesforce.com":   at("nobody"),
		elsewhere + " is not a Salesforce login page": all(servedElsewhere, at(elsewhere)),
	} {
		inLines(t, all(change, func(l *lines) { l.o.Given.Domain = true }), func(l *lines) {
			l.says("wrong host: "+why+". Going on all the same", "Open this address and allow access")
		})
	}
}

func TestAnInterruptionEndsTheQuestionToTheHost(t *testing.T) {
	deaf := func(l *lines) {
		site, err := l.o.Client.Listen(l.T.Context(), "tcp", strings.TrimPrefix(elsewhere, "http://"))
		if err != nil {
			l.T.Fatal(err)
		}
		l.stop = append(l.stop, func() { site.Close() })
	}
	inLines(t, all(deaf, at(elsewhere)), func(l *lines) {
		if l.ended() {
			t.Fatal(l.err)
		}
		l.end(nil)
		if l.pass(time.Second); !l.ended() || !errors.Is(l.err, context.Canceled) {
			t.Errorf("ended %v, %v", l.ended(), l.err)
		}
	})
}

func TestPlainHTTPIsSaidOnceBeforeTheAddress(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		said, _, _ := strings.Cut(l.out.String(), l.url())
		if n := strings.Count(said, "plain http"); n != 1 || strings.Count(l.out.String(), "plain http") != 1 {
			t.Errorf("said %d times before the address:\n%s", n, l.out.String())
		}
	})
}

// pasteOnly gives the login a callback on another host, which no listener of this machine
// hears.
func pasteOnly(l *lines) { l.o.Request.RedirectURI = "https://example.com/back" }

func TestAnAnswerThatNobodyCanPasteIsNotWaitedFor(t *testing.T) {
	inLines(t, all(byBrowser, pasteOnly, unheard), func(l *lines) {
		if !l.ended() || !errors.As(l.err, new(usageError)) || l.Opened > 0 {
			t.Errorf("ended %v, %v, %d browsers", l.ended(), l.err, l.Opened)
		}
	})
	inLines(t, all(byBrowser, pasteOnly, func(l *lines) { l.typ.Close() }), func(l *lines) {
		if !l.ended() || !errors.As(l.err, new(usageError)) || l.Opened > 0 {
			t.Errorf("at the end of stdin: ended %v, %v, %d browsers", l.ended(), l.err, l.Opened)
		}
	})
}

func TestTheEndOfStdinAfterTheAnswerEndsNothing(t *testing.T) {
	inLines(t, func(l *lines) { l.o.Request.PasteOnly = true }, func(l *lines) {
		_, _ = io.WriteString(l.typ, l.Redirected(l.url())+"\n")
		l.typ.Close()
		l.pass(30 * time.Second).succeeds()
	})
}

func TestTheEndOfStdinEndsTheWaitForWhatCanOnlyBePasted(t *testing.T) {
	for _, where := range []func(*lines){onATerminal, func(*lines) {}} {
		inLines(t, all(pasteOnly, where), func(l *lines) {
			if l.types("https://example.org/nothing").says("There is no code in this."); l.ended() {
				t.Fatal(l.err)
			}
			l.typ.Close()
			if l.pass(time.Second); !l.ended() || !errors.As(l.err, new(usageError)) {
				t.Errorf("ended %v, %v", l.ended(), l.err)
			}
		})
	}
}

func TestTheDemoSaysWhyNoAnswerWillCome(t *testing.T) {
	inLines(t, all(inDemo("wrong_state"), unheard), func(l *lines) {
		l.failed(flow.KindPasteWrongState).says("Ignored an answer to another login: it came by an older link.")
		if why := text.English.Why(l.err, *l.o.Request); !strings.HasSuffix(why, "the browser gets no further") {
			t.Error(why)
		}
	})
}

func TestHintsNameNoKeysOfTheWizard(t *testing.T) {
	for _, k := range flow.Kinds() {
		hint := text.English.Hint(&flow.Error{Step: flow.StepAllow, Kind: k}, flow.Request{})
		if strings.Contains(hint, "wizard") || strings.Contains(hint, "press ") && k != flow.KindAccessDenied {
			t.Errorf("%s: %s", k, hint)
		}
	}
}

func TestARefusalOfAnAppWithoutItsSecretNamesTheFlagForIt(t *testing.T) {
	noSecret := func(l *lines) { l.o.Request.ClientSecret = keystore.Secret{} }
	for _, change := range []func(*lines){noSecret, func(*lines) {}} {
		inLines(t, all(byBrowser, func(l *lines) { l.Org.Fail("invalid_client") }, change), func(l *lines) {
			l.pass(25 * time.Second).failed(flow.KindClientCredentials)
			named := strings.Contains(text.English.Hint(l.err, *l.o.Request), "--client-secret-stdin")
			if named != l.o.Request.ClientSecret.Empty() {
				t.Error(text.English.Hint(l.err, *l.o.Request))
			}
		})
	}
}

func TestAnInterruptionEndsTheWait(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		l.end(nil)
		if l.pass(time.Second); !l.ended() || !errors.Is(l.err, context.Canceled) {
			t.Errorf("ended %v, %v", l.ended(), l.err)
		}
	})
}

func TestTheWaitHasAnEnd(t *testing.T) {
	inLines(t, inHaste, func(l *lines) { l.pass(20 * time.Second).failed(flow.KindTimeout) })
}

func TestStraysAreToldAndHTTPSOnlyOnce(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		for range 3 {
			_, _ = l.Browser.Get("https://localhost:1717/OauthRedirect?code=x")
			l.pass(time.Second)
		}
		if n := strings.Count(l.out.String(), "insists on https"); n != 1 {
			t.Errorf("told %d times:\n%s", n, l.out.String())
		}
		resp, err := l.Browser.Get(l.App.Callbacks[0] + "?code=x&state=wrong")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		l.pass(time.Second).says("Ignored an answer to another login: it came by an older link.").types(l.Redirected(l.url())).succeeds()
	})
}

func TestOverSSHTheForwardingLineIsSaid(t *testing.T) {
	inLines(t, throughSSH, func(l *lines) {
		l.says("this is an SSH session", "\n\nssh -L 1717:localhost:1717 THIS-HOST\n\n").types(l.Redirected(l.url())).succeeds()
	})
}

func TestNoSecretIsSaidUnasked(t *testing.T) {
	for _, change := range []func(*lines){byBrowser, all(inDemo(""), unheard), all(inDemo("identity_500"), unheard), all(inDemo("bad_signature"), unheard), all(inDemo("https_callback"), unheard)} {
		inLines(t, change, func(l *lines) {
			l.pass(25*time.Second).saysNot(l.App.ClientSecret, "5Aep", "00D000", "aPrx")
			if l.err != nil {
				io.WriteString(&l.out, text.English.Why(l.err, *l.o.Request)+text.English.Hint(l.err, *l.o.Request))
				l.saysNot(l.App.ClientSecret, "5Aep")
			}
		})
	}
}

func TestTextFromOutsideCannotCommandTheTerminal(t *testing.T) {
	inLines(t, func(l *lines) {
		inDemo("")(l)
		l.o.Demo.Visit = func(context.Context, string, bool) error { return errors.New("\x1b[31mred\u202egpj\r\n\u009b2Jnext") }
	}, func(l *lines) {
		l.types("allow").says("The browser shows: “redgpj next”.")
	})
	for _, fault := range []string{"callback_escapes", "escape_sequences"} {
		inLines(t, all(inDemo(fault), unheard), func(l *lines) {
			oneLine(t, text.English.Why(l.err, *l.o.Request))
		})
	}
}

// oneLine asserts what holds of the first and of the last line of every failure.
func oneLine(t *testing.T, s string) {
	t.Helper()
	first, _ := utf8.DecodeRuneInString(s)
	named := strings.HasPrefix(s, "Salesforce ") || strings.HasPrefix(s, "Windows ") || strings.HasPrefix(s, "PostgreSQL ") || strings.HasPrefix(s, "OAUTH_")
	switch {
	case s == "" || s != keystore.Clean(s, 0) || strings.Contains(s, ". "), strings.HasSuffix(s, "."):
	case strings.ContainsAny(s, "{}"), unicode.IsUpper(first) && !named:
	default:
		return
	}
	t.Errorf("%q is not a line of its own", s)
}

func TestEveryKindHasAReasonAndAHintOfOneLine(t *testing.T) {
	domain, err := flow.ParseDomain("acme")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range flow.Kinds() {
		for _, r := range []flow.Request{{}, {Domain: domain, Name: "acme"}} {
			err := &flow.Error{Step: flow.StepRefresh, Kind: k}
			oneLine(t, text.English.Why(err, r))
			oneLine(t, text.English.Hint(err, r))
			err.Err = errors.New("dial tcp: refused")
			oneLine(t, text.English.Why(err, r))
			if k != flow.KindUnknown && !strings.HasSuffix(text.English.Why(err, r), ": dial tcp: refused") {
				t.Errorf("%s: the cause is missing: %q", k, text.English.Why(err, r))
			}
		}
	}
}

func TestWhatIsNotKnownLeavesNoHole(t *testing.T) {
	for k, want := range map[flow.Kind]string{
		flow.KindTokenExpired: "run sfauth login to authorise again",
		flow.KindCrossOrg:     "log out at the login host, or open the link in a private window",
	} {
		if got := text.English.Hint(&flow.Error{Kind: k}, flow.Request{}); got != want {
			t.Errorf("%s: %q", k, got)
		}
	}
	if got := text.English.Why(&flow.Error{Kind: flow.KindUnreachable}, flow.Request{}); got != "cannot reach the login host" {
		t.Errorf("%q", got)
	}
	if got := text.English.Hint(&flow.Error{Kind: flow.KindTokenExpired}, flow.Request{Name: "acme"}); got != "run sfauth login acme to authorise again" {
		t.Errorf("%q", got)
	}
}

func TestEveryWayToFailEndsWithAReasonAndAHint(t *testing.T) {
	for _, f := range demo.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			inLines(t, all(inDemo(f.Name), unheard), func(l *lines) {
				if l.pass(2 * time.Minute); !l.ended() {
					t.Fatalf("still waiting:\n%s", l.out.String())
				}
				if l.err == nil {
					l.succeeds()
					return
				}
				why, hint := text.English.Why(l.err, *l.o.Request), text.English.Hint(l.err, *l.o.Request)
				oneLine(t, why)
				oneLine(t, hint)
				if why == hint || why == "unknown" {
					t.Errorf("%s\n%s", why, hint)
				}
			})
		})
	}
}

func TestAPathOrAVariableIsSaidWithItsFailure(t *testing.T) {
	for want, err := range map[string]error{
		"the list of connections is damaged: /x/index.json: not JSON":           fmt.Errorf("/x/index.json: %w", fmt.Errorf("%w: not JSON", keystore.ErrDamaged)),
		"others can get at sfauth's files: /x: its mode is 0666":                &keystore.ExposedError{Path: "/x", Why: "its mode is 0666"},
		"there is no key for the encrypted file: SFAUTH_KEY_FILE: no such file": &flow.Error{Kind: flow.KindNoKey, Err: fmt.Errorf("%w: SFAUTH_KEY_FILE: no such file", keystore.ErrNoKey)},
		"this session has no keychain (dial unix)":                              fmt.Errorf("%w (dial unix)", keystore.ErrNoBus),
		"the keychain is locked":                                                keystore.ErrLocked,
	} {
		if got := text.English.Why(err, flow.Request{}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestALoginHostThatWasChangedOutsideIsAskedForInLines(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, func(l *lines) {
		l.o.Request.Existing, l.o.Request.Domain = &keystore.Connection{Name: "acme"}, flow.Domain{}
	}), func(l *lines) {
		l.says("changed outside sfauth", "Login domain")
		l.typ.Close()
		l.pass(time.Second)
	})
}
