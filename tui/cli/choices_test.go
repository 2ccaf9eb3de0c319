package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/login"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// languages are all that sfauth speaks.
func languages() []*text.Text { return []*text.Text{&text.English, &text.Japanese} }

// speaking has sfauth speak a language.
func speaking(words *text.Text) func(l *lines) {
	return func(l *lines) { l.o.Text, l.o.In.words = words, words }
}

func (l *lines) times(s string) int { return strings.Count(l.out.String(), s) }

func TestLoginIsTypedFromItsStartToTheSavedTokenInEveryLanguage(t *testing.T) {
	for _, words := range languages() {
		t.Run(words.Tab.Language, func(t *testing.T) {
			inLines(t, all(byBrowser, onATerminal, lackingAll, speaking(words)), func(l *lines) {
				w := words.Lines
				l.says(w.WhichDomain, w.AskDomain).types("http://"+world.LoginHost).says(w.Choices.NoApp.Says, w.AskClientID)
				l.types(l.App.ClientID).says(w.AskSecretOrNone).types(l.App.ClientSecret)
				l.says(w.Opened, w.Waiting(w.Lasting(5*time.Minute)), w.Paste, w.Choices.Help.Says).pass(25 * time.Second)
				if !l.ended() || l.err != nil {
					t.Fatal(l.err, l.out.String())
				}
				l.says(w.Code, w.SignedIn(demo.Username), w.Org(demo.OrgID, "http://"+world.LoginHost), w.Next("sfauth token acme"), w.Then("acme"))
			})
		})
	}
}

// The wizard line by line has a word for whatever the full screen can do, in every language.
func TestWordsOfEveryLanguageDoWhatTheySay(t *testing.T) {
	for _, words := range languages() {
		t.Run(words.Tab.Language, func(t *testing.T) {
			c := words.Lines.Choices
			last := func(typed text.Typed) string { return typed[len(typed)-1] }
			inLines(t, all(onATerminal, speaking(words)), func(l *lines) {
				l.types(last(c.Help.Typed)).says(c.MoreTime.Says, c.Open.Says, c.Error.Says, c.App.Says, c.Org.Says)
				l.types(last(c.MoreTime.Typed)).says(words.Lines.MoreTime(words.Lines.Lasting(9 * time.Minute)))
				l.types(last(c.Error.Typed)).says(words.Lines.WhatPage)
				l.types("１").says(words.Explain(flow.KindRedirectURIMismatch, *l.o.Request).Meaning)
				l.types(last(c.Org.Typed)).says(words.Lines.AskDomain).types("http://" + world.LoginHost)
				l.types(l.Redirected(l.latest())).pass(time.Second)
				if !l.ended() || l.err != nil {
					t.Error(l.err, l.out.String())
				}
			})
		})
	}
}

// latest is the address to open of the login that was begun last.
func (l *lines) latest() string {
	l.T.Helper()
	all := regexp.MustCompile(`(?m)^http://`+regexp.QuoteMeta(world.LoginHost)+`/services/oauth2/authorize\?\S+$`).FindAllString(l.out.String(), -1)
	if len(all) == 0 {
		l.T.Fatalf("no address:\n%s", l.out.String())
	}
	return all[len(all)-1]
}

func TestEveryMinuteItIsSaidHowLongTheWaitGoesOn(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		l.says("Open this address and allow access in the next 5 minutes:")
		for _, left := range []string{"4 minutes", "3 minutes", "2 minutes", "1 minute"} {
			l.saysNot("for " + left + " more").pass(time.Minute).says("Still waiting for you to allow access, for " + left + " more.")
		}
		l.pass(time.Minute).failed(flow.KindTimeout).saysNot("0 seconds")
		if n := l.times("Still waiting"); n != 4 {
			t.Errorf("said %d times", n)
		}
		if clock := regexp.MustCompile(`\b\d\d?:\d\d\b`).FindString(strings.ReplaceAll(l.out.String(), l.url(), "")); clock != "" && !strings.Contains("127.0.0.1:8080 localhost:1717", clock) {
			t.Errorf("a time of day: %s", clock)
		}
	})
	inLines(t, func(l *lines) { l.o.Client.Timeout = 2 * time.Hour }, func(l *lines) {
		l.says("in the next 2 hours:").pass(2 * time.Hour)
		if n := l.times("Still waiting"); n < 5 || n > 20 {
			t.Errorf("said %d times in two hours", n)
		}
		l.says("for 1 minute")
	})
}

func TestWhatTakesLongIsSaidNowAndThen(t *testing.T) {
	inLines(t, slowly(world.SlowSave(40*time.Second)), func(l *lines) {
		l.pass(40 * time.Second).says("Waiting for the keychain, which is slow to answer.\nStill waiting, for 15 seconds now.\n").saysNot("30 seconds now")
		l.pass(22 * time.Second).says("Still waiting, for 30 seconds now.").succeeds().saysNot("1 minute now")
	})
	inLines(t, slowly(world.SlowAt("/.well-known", 5*time.Second)), func(l *lines) {
		l.pass(time.Second).says("Waiting for the login host to answer.").pass(40 * time.Second).succeeds()
	})
}

func TestAThousandStraysAreOneLine(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		for range 1000 {
			resp, err := l.Browser.Get(l.App.Callbacks[0] + "?code=x&state=wrong")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
		l.pass(time.Second)
		if n := l.times("Ignored"); n != 1 {
			t.Errorf("%d lines:\n%s", n, l.out.String())
		}
		l.pass(time.Minute).says("Ignored 1000 requests that were not the answer. That is harmless.").pass(2 * time.Minute)
		if n := l.times("Ignored"); n != 2 {
			t.Errorf("%d lines in three minutes:\n%s", n, l.out.String())
		}
		l.types(l.Redirected(l.url())).succeeds()
	})
}

func TestEveryReasonForAStrayHasItsSentenceInEveryLanguage(t *testing.T) {
	for _, words := range languages() {
		for _, reason := range []string{flow.StrayState, flow.StrayCode, flow.StrayPath, flow.StrayHost, flow.StrayMethod} {
			if words.Lines.Strays.Of(reason) == "" {
				t.Errorf("%s: %s", words.Tab.Language, reason)
			}
		}
		for _, who := range []flow.Who{flow.You, flow.Admin, flow.Salesforce, flow.Nobody} {
			if words.Lines.Fixes.Of(who) == "" {
				t.Errorf("%s: %s", words.Tab.Language, who)
			}
		}
	}
}

func TestNothingIsOfferedThatCannotBeDone(t *testing.T) {
	closed := func(l *lines) { l.typ.Close() }
	for name, silent := range map[string]func(*lines){"no stdin": unheard, "stdin at its end": closed} {
		t.Run(name, func(t *testing.T) {
			inLines(t, silent, func(l *lines) {
				_, _ = l.Browser.Get("https://localhost:1717/OauthRedirect?code=x")
				l.pass(time.Second).says("Your browser insists on https", "which sfauth does not listen with").saysNot("aste", "ype ", "stdin")
			})
			inLines(t, all(silent, thatLocks), func(l *lines) {
				l.pass(25 * time.Second).says("not saved").saysNot("Type ").failed(flow.KindKeychainLocked)
				if l.Org.Approvals() != 0 {
					t.Error("the grant is left behind")
				}
			})
			inLines(t, all(silent, (*lines).refuses), func(l *lines) {
				l.pass(25 * time.Second).saysNot("Type ").failed(flow.KindAccessDenied)
			})
		})
	}
	inLines(t, throughSSH, func(l *lines) {
		l.types("?").says("Type + ", "Type error ").saysNot("open the browser again.")
	})
	inLines(t, nil, func(l *lines) { // a pipe can bring an answer, but no other app
		l.types("?").saysNot("Type app", "Type org").types("app").says("There is no code in this.")
	})
	inLines(t, onATerminal, func(l *lines) { l.types("?").says("Type open to open the browser again.", "Type app", "Type org") })
}

// refuses has the person in the browser deny access.
func (l *lines) refuses() { l.Refuses() }

func TestStdinThatIsClosedDuringTheWaitIsSaid(t *testing.T) {
	inLines(t, byBrowser, func(l *lines) {
		l.typ.Close()
		l.pass(time.Second).says("Nothing comes from stdin any more: the browser alone can bring the answer.").pass(25 * time.Second).succeeds()
	})
}

func TestMoreTimeIsTyped(t *testing.T) {
	inLines(t, inHaste, func(l *lines) {
		l.types("+").says("You have 5 minutes from now.").types("＋").says("You have 10 minutes from now.")
		l.pass(9 * time.Minute).says("Still waiting for you to allow access, for 1 minute")
		l.types(l.Redirected(l.url())).succeeds()
	})
}

func TestBrowserIsOpenedAgainOnRequest(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		if l.types("open"); l.Opened != 2 || l.times("Opened the browser.") != 2 {
			t.Errorf("opened %d times:\n%s", l.Opened, l.out.String())
		}
		l.Fails = flow.ErrNoDisplay
		l.types("OPEN").says("Opened no browser: there is no display here.")
	})
}

func TestErrorThatTheBrowserShowsIsExplainedWithAllThereIsToDo(t *testing.T) {
	want := text.English.Explain(flow.KindAppNotInstalled, flow.Request{})
	for _, typed := range []string{"3", "３", " 3 ", "OAUTH: app must be installed into org", "error=invalid_request&error_description=app+must+be+installed+into+org"} {
		inLines(t, onATerminal, func(l *lines) {
			l.types(typed).says(want.Sentence, want.Meaning, "An administrator of the org can fix this:\n", strings.Join(want.Fix, "\n"), "It is here: "+want.Setup+".", "Type app", "Still waiting")
			l.types(l.Redirected(l.url())).succeeds()
		})
	}
	inLines(t, nil, func(l *lines) {
		l.types("error").says("What does the browser show?")
		for i, k := range flow.BrowserKinds() {
			l.says(fmt.Sprintf("\n%d: %s.\n", i+1, text.English.Browser.Choices.Of(k)))
		}
		l.types("14").says("There is no code in this.", "Type error if the browser shows one")
	})
}

func TestLinkIntoSetupStandsAloneOnALine(t *testing.T) {
	inLines(t, all(onATerminal, metInLines("acme")), func(l *lines) {
		link := l.o.Request.Domain.Setup(flow.SetupConnectedAppsUsage)
		l.types("3").says("This link opens it:\n\n" + link + "\n\n")
	})
}

func TestStepsToAnAppAreSaidWhereThereIsNone(t *testing.T) {
	inLines(t, all(onATerminal, metInLines("acme"), func(l *lines) { l.o.Request.ClientID = "" }), func(l *lines) {
		l.types("?").says("\n\n"+l.o.Request.Domain.Setup(flow.SetupExternalClientApps)+"\n\n", text.English.Create.Wait)
		for i, step := range login.Steps(&text.English, *l.o.Request) {
			l.says(text.English.Create.Step(i+1, step.Says) + "\n")
		}
		l.types(l.App.ClientID).says("/services/oauth2/authorize?")
	})
	inLines(t, all(onATerminal, func(l *lines) { l.o.Request.ClientID = "" }), func(l *lines) { l.types("help").says(text.English.Create.InSetup) })
}

func TestAnAppIsWrittenAsMetadataInLines(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	inLines(t, all(onATerminal, func(l *lines) { l.o.Request.ClientID, l.o.Request.Scope = "", "mcp_api refresh_token" }), func(l *lines) {
		l.types("?").says("Type files to write the app as metadata").types("files").says("API Name of the app (empty: sfauth)")
		l.types("My App").says(text.English.Metadata.BadName).types("My_App").types("ana").says(text.English.Metadata.BadEmail).types("ana@acme.example")
		l.says("(empty: sfauth-app)").types("").says("The app is written to "+filepath.FromSlash("sfauth-app/force-app/main/default"), "\n\ncd sfauth-app && sf project deploy start --source-dir ", text.English.Metadata.ThenPublic)
		app := login.AppOf(*l.o.Request)
		app.Name, app.Email = "My_App", "ana@acme.example"
		for _, f := range app.Files() {
			if got, err := os.ReadFile(filepath.Join(dir, "sfauth-app/force-app/main/default", f.Path)); string(got) != f.Text {
				t.Errorf("%s: %q, %v", f.Path, got, err)
			}
		}
		l.types("files").types("My_App").types("bo@acme.example").types("").says("Replace it? (y/N)").types("").types("files").types("My_App").types("bo@acme.example").types("").types("y")
		if got, _ := os.ReadFile("sfauth-app/force-app/main/default/externalClientApps/My_App.eca-meta.xml"); !strings.Contains(string(got), "bo@acme.example") {
			t.Errorf("%s", got)
		}
		l.types(l.App.ClientID).says("/services/oauth2/authorize?")
	})
}

func TestWhatAccessIsForIsChosenInLinesInEveryLanguage(t *testing.T) {
	for _, words := range languages() {
		what := words.Lines.Choices.WhatFor
		for typed, scope := range map[string]string{"２": "api refresh_token cdp_query_api cdp_ingest_api", "MCP": "mcp_api refresh_token", "": flow.DefaultScope} {
			inLines(t, all(onATerminal, speaking(words), func(l *lines) { l.o.Request.ClientID = "" }), func(l *lines) {
				l.says(what.Says).types(what.Typed[len(what.Typed)-1]).says(words.Purposes.Heading, "\n4: "+words.Purposes.Names.Of("mcp"))
				if l.types("9").types("what"); strings.Count(l.out.String(), words.Purposes.Heading) != 3 { // what is none of them brings them once more
					t.Errorf("%s", l.out.String())
				}
				l.types(typed).says(words.Purposes.Now(words.Purposes.Names.Of(flow.PurposeOf(scope).Key), scope))
				l.types(l.App.ClientID)
				if u, err := url.Parse(l.latest()); err != nil || u.Query().Get("scope") != scope {
					t.Errorf("%q asks for %q, %v", typed, u.Query().Get("scope"), err)
				}
			})
		}
		inLines(t, all(onATerminal, speaking(words), func(l *lines) { l.o.Request.ClientID = "" }), func(l *lines) {
			l.types("for").types("5").says(words.Lines.AskScope).types("refresh_token web").says(words.Purposes.Now(words.Purposes.Names.Of("own"), "refresh_token web"))
		})
	}
}

// What access is for is chosen where the Consumer Key is asked for, and decides whether there is
// a secret to ask for next.
func TestThePurposeThatIsChosenInLinesDecidesWhetherASecretIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		before, typed string
		asks          func(*lines, ...string) *lines
	}{{flow.DefaultScope, "mcp", (*lines).saysNot}, {"mcp_api refresh_token", "rest", (*lines).says}} {
		inLines(t, all(onATerminal, func(l *lines) {
			l.o.Request.ClientID, l.o.Request.ClientSecret, l.o.Request.Scope = "", keystore.Secret{}, c.before
		}), func(l *lines) {
			c.asks(l.types("for").types(c.typed).types(l.App.ClientID), text.English.Lines.AskSecretOrNone)
		})
	}
}

// --client-secret-stdin without --client-id: the key that is asked for is that of the same app.
func TestASecretThatWasGivenIsKeptWhenItsKeyIsTyped(t *testing.T) {
	inLines(t, all(onATerminal, func(l *lines) { l.o.Request.ClientID = "" }), func(l *lines) {
		if l.types(l.App.ClientID).saysNot(text.English.Lines.AskSecretOrNone); l.o.Request.ClientSecret.Empty() {
			t.Error("it was thrown away")
		}
	})
}

func TestAnAppThatIssuesNoJWTsIsToldOfInLines(t *testing.T) {
	const agent = "api refresh_token chatbot_api sfap_api"
	for jwt, is := range map[bool]func(*lines, ...string) *lines{false: (*lines).says, true: (*lines).saysNot} {
		inLines(t, all(byBrowser, onATerminal, func(l *lines) {
			app := l.App
			app.JWT, app.Scopes = jwt, strings.Fields(agent)
			l.Org.Change(app)
			l.o.Request.Scope = agent
		}), func(l *lines) { is(l.pass(25*time.Second).succeeds(), text.English.Done.LacksJWT) })
	}
}

func TestProductionAndSandboxAreNamedAndTheirLimitSaid(t *testing.T) {
	for _, host := range []string{login.Production, login.Sandbox} {
		inLines(t, all(onATerminal, metInLines("")), func(l *lines) {
			l.says(host).types(host).says(text.English.Org.OnlyPackaged, "https://"+host+"/services/oauth2/authorize?")
		})
	}
}

func TestAnotherAppIsGivenWithoutTypingTheRestAnew(t *testing.T) {
	inLines(t, onATerminal, func(l *lines) {
		before := *l.o.Request
		l.types("app").says("keep "+l.App.ClientID, "Consumer Key:").types("").says("keep the Consumer Secret").types("")
		l.says("keep http://localhost:1717/OauthRedirect").types("http://localhost:8717/back").says("Scopes").types("full").says("full").types("all")
		r := *l.o.Request
		if r.ClientID != before.ClientID || !r.ClientSecret.Equal(before.ClientSecret) || r.RedirectURI != "http://localhost:8717/back" || r.Scope != "" {
			t.Errorf("%+v", r)
		}
		l.says("Listening on http://localhost:8717/back")
	})
	inLines(t, onATerminal, func(l *lines) {
		l.types("app").types("3MVGother").saysNot("keep the Consumer Secret").types("").types("").types("")
		if r := l.o.Request; r.ClientID != "3MVGother" || !r.ClientSecret.Empty() {
			t.Error("another app gets the secret of the first")
		}
	})
}

func TestLoginThatFailedIsExplainedAndTriedAgainWithAllThatWasGiven(t *testing.T) {
	inLines(t, all(onATerminal, (*lines).refuses), func(l *lines) {
		l.pass(25*time.Second).says("Access was denied.", "Salesforce said: “access_denied", "Try again and press Allow.", "Type retry", "Type app", "Type org", "Type quit").saysNot("Type file", "Type paste")
		l.Allows()
		l.types("what").types("retry").pass(25 * time.Second).succeeds()
	})
	inLines(t, all(byBrowser, onATerminal, func(l *lines) { l.Org.Fail("invalid_client") }), func(l *lines) {
		l.pass(25 * time.Second).says("Type app")
		if said := l.out.String(); strings.Index(said, "Type app") > strings.Index(said, "Type retry") {
			t.Error("what most likely helps does not come first")
		}
	})
}

func TestWhoeverLeavesAfterAFailureLeavesWithIt(t *testing.T) {
	for name, leave := range map[string]func(l *lines){
		"quit": func(l *lines) { l.types("quit") }, "the end": func(l *lines) { l.typ.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			inLines(t, all(onATerminal, (*lines).refuses), func(l *lines) {
				if l.pass(25 * time.Second); l.ended() {
					t.Fatal(l.err)
				}
				leave(l)
				l.pass(time.Second).failed(flow.KindAccessDenied)
			})
		})
	}
	inLines(t, all(onATerminal, (*lines).refuses), func(l *lines) {
		ended := errors.New("ended")
		l.pass(25 * time.Second).end(ended)
		if l.pass(time.Second); !l.ended() || !errors.Is(l.err, flow.ErrSSH) && flow.KindOf(l.err) != flow.KindAccessDenied && !errors.Is(l.err, ended) {
			t.Error(l.ended(), l.err)
		}
	})
}

func TestWhoeverLeavesTheWaitLeavesNothing(t *testing.T) {
	inLines(t, onATerminal, func(l *lines) {
		l.types("?").says("Type quit to leave.").types("quit")
		if !l.ended() || !errors.Is(l.err, tui.ErrQuit) || l.Org.Approvals() != 0 {
			t.Error(l.ended(), l.err)
		}
	})
}

func TestTimeThatIsUpAsksWhatTheBrowserShows(t *testing.T) {
	inLines(t, all(onATerminal, inHaste), func(l *lines) {
		l.pass(20*time.Second).says("Nobody allowed access in time.", "Type error").saysNot("press e to")
		l.types("error").types("2").says("Salesforce does not know this Consumer Key.").types("retry")
		l.types(l.Redirected(l.latest())).succeeds()
	})
}

// besideAFile has an encrypted file with a key of its own.
func besideAFile(l *lines) {
	key := filepath.Join(l.Store.Dir, "key")
	if err := os.WriteFile(key, []byte(keystore.NewSealKey().Reveal()), 0o600); err != nil {
		l.T.Fatal(err)
	}
	l.Store.Others = []keystore.Vault{&keystore.File{Dir: l.Store.Dir, Keys: keystore.KeySource{KeyFile: key}}}
}

func TestAKeychainThatFailsGivesWayToAFileBeforeTheBrowserOpens(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, besideAFile, func(l *lines) { l.Vault.Fail = keystore.ErrNoBus }), func(l *lines) {
		if l.says("Type file to keep secrets in an encrypted file instead."); l.Opened != 0 {
			t.Error("the browser was opened for nothing")
		}
		l.types("file").pass(25 * time.Second).succeeds()
		if c, err := l.Store.Find("acme"); err != nil || c.Store != login.FileStore {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestAScriptWithoutAKeychainIsToldTheFlagForAFile(t *testing.T) {
	for _, store := range []func(*lines){besideAFile, func(*lines) {}} {
		inLines(t, all(store, func(l *lines) { l.Vault.Fail = keystore.ErrNoBus }), func(l *lines) {
			l.failed(flow.KindKeychainNoBus)
			if told := l.times("Say --store file") == 1; told != (l.Store.Others != nil) {
				t.Errorf("told %v:\n%s", told, l.out.String())
			}
		})
	}
}

// The terminal that lines are read from is asked for the passphrase, too: what is typed for
// it is no line of the login, and nothing of it is seen.
func TestPassphraseIsAskedForOnTheTerminalOfTheLogin(t *testing.T) {
	for _, failing := range []func(*lines){thatLocks, all(byBrowser, func(l *lines) { l.Vault.Fail = keystore.ErrNoBus })} {
		inLines(t, all(failing, onATerminal, func(l *lines) {
			asks := &app{words: &text.English, console: l.o.In}
			l.Store.Others = []keystore.Vault{l.File(keystore.KeySource{Prompt: asks.askPassphrase}, "staple")}
		}), func(l *lines) {
			l.pass(25*time.Second).says("Type file").types("file").says("Nobody can open the file without it.", "New passphrase")
			if l.hidden != 1 {
				t.Error("it is seen")
			}
			l.types("").says("Without a passphrase nothing can be opened.").types("staple").says("Once more:").types("stable").says("This is not the same.")
			l.types("staple").types("staple").pass(40 * time.Second).succeeds().saysNot("staple")
		})
	}
	inLines(t, all(byBrowser, onATerminal, func(l *lines) {
		asks := &app{words: &text.English, console: l.o.In}
		l.Store.Vault = &keystore.File{Dir: l.Store.Dir, Keys: keystore.KeySource{Prompt: asks.askPassphrase}}
	}), func(l *lines) {
		l.says("New passphrase").typ.Close()
		l.pass(time.Second).failed(flow.KindNoKey)
	})
}

func TestABusyPortLeavesPastingInLines(t *testing.T) {
	inLines(t, all(onATerminal, func(l *lines) {
		taken, err := l.Client.Listen(l.T.Context(), "tcp", "127.0.0.1:1717")
		if err != nil {
			l.T.Fatal(err)
		}
		l.stop = append(l.stop, func() { taken.Close() })
	}), func(l *lines) {
		l.says("Type paste to go on without listening").types("paste").says("it has to be pasted").types(l.Redirected(l.latest())).succeeds()
	})
}

func TestAnotherUsersGrantIsGivenBackForAnotherLogin(t *testing.T) {
	inLines(t, all(someoneElses, onATerminal), func(l *lines) {
		l.pass(25*time.Second).says("Type new", "Type replace", "Type again", "Type show", "Type discard").types("again").says("The refresh token that came was revoked.")
		if l.ended() || l.Org.Approvals() != 0 || l.Opened != 2 {
			t.Fatalf("ended %v, %v, %d approvals, %d browsers", l.ended(), l.err, l.Org.Approvals(), l.Opened)
		}
		l.pass(25 * time.Second).types("new").succeeds()
	})
}

func TestTheSixthApprovalIsSaidInLines(t *testing.T) {
	inLines(t, all(byBrowser, func(l *lines) {
		for i := range 5 {
			l.Keep(fmt.Sprint("other", i), nil)
		}
	}), func(l *lines) { l.pass(25 * time.Second).succeeds().says(text.English.Done.SixthApproval) })
}

func TestAGrantIsGivenBackWhereNobodyHearsOfIt(t *testing.T) {
	inLines(t, all(thatLocks, onATerminal, func(l *lines) { l.o.Out = deaf{} }), func(l *lines) {
		if l.pass(25 * time.Second); !l.ended() || l.Org.Approvals() != 0 || !errors.As(l.err, new(flow.Unkept)) {
			t.Errorf("ended %v, %v, %d approvals", l.ended(), l.err, l.Org.Approvals())
		}
	})
}

// deaf is a pipe whose reader, the program after sfauth in a pipeline, has ended.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// question is one of a login, and what answers it.
type question struct {
	asks   string
	change func(*lines)
	answer func(*lines) string
}

var questions = []question{
	{"Login domain", lackingAll, func(*lines) string { return "http://" + world.LoginHost }},
	{"Consumer Key:", func(l *lines) { l.o.Request.ClientID = "" }, func(l *lines) string { return l.App.ClientID }},
	{"Consumer Secret", func(l *lines) { l.o.Request.ClientSecret = keystore.Secret{} }, func(l *lines) string { return l.App.ClientSecret }},
	{"Type retry", func(l *lines) { l.Vault.Fail = keystore.ErrNoBus }, func(l *lines) string { l.Vault.Fail = nil; return "retry" }},
}

func TestWhateverIsTypedEveryQuestionIsAskedAgain(t *testing.T) {
	for _, q := range questions {
		for name, typed := range map[string]string{
			"several lines": "one\ntwo\nthree", "binary": "\x00\xff\xfe\x01\x7f\x80", "escapes": "\x1b[A\x1b[31m\u202e\u009b2J", "huge": strings.Repeat("か x", 300_000),
			"blank lines": " \n\n\t\n", "carriage returns": "\r\r\n",
		} {
			if q.asks == "Consumer Secret" && (name == "blank lines" || name == "carriage returns" || name == "huge") {
				continue // an app may have none, and who knows what it looks like
			}
			t.Run(q.asks+"/"+name, func(t *testing.T) {
				inLines(t, all(onATerminal, q.change), func(l *lines) {
					l.says(q.asks)
					asked := l.times(q.asks)
					if l.types(typed).pass(time.Second); l.ended() || l.times(q.asks) <= asked {
						t.Fatalf("ended %v, %v, asked %d times:\n%s", l.ended(), l.err, l.times(q.asks), l.out.String())
					}
					isPlain(t, l.out.String())
					if l.types(q.answer(l) + "\r"); q.asks != "Login domain" {
						l.url()
					}
				})
			})
		}
	}
}

func TestEveryQuestionEndsWithItsInput(t *testing.T) {
	for _, q := range questions {
		t.Run(q.asks, func(t *testing.T) {
			inLines(t, all(onATerminal, q.change), func(l *lines) {
				l.says(q.asks).typ.Close()
				if l.pass(time.Second); !l.ended() || l.err == nil || l.Opened > 0 {
					t.Error(l.ended(), l.err, l.Opened)
				}
			})
			inLines(t, all(onATerminal, q.change), func(l *lines) {
				l.says(q.asks).end(nil)
				if l.pass(time.Second); !l.ended() || l.err == nil {
					t.Error(l.ended(), l.err)
				}
				if l.hidden != 0 {
					t.Error("what is typed stays unseen")
				}
			})
		})
	}
}

func TestASecretIsUnseenAndIsAskedForAgainWhenThePersonComesBack(t *testing.T) {
	inLines(t, all(onATerminal, questions[2].change), func(l *lines) {
		if l.hidden != 1 {
			t.Fatal("what is typed is seen")
		}
		l.back()
		if l.hidden != 1 || l.times("Consumer Secret") != 2 {
			t.Errorf("hidden %d:\n%s", l.hidden, l.out.String())
		}
		if l.types(l.App.ClientSecret).url(); l.hidden != 0 || l.back != nil {
			t.Error("what is typed stays unseen")
		}
	})
}

func TestALineThatIsTooLongIsCutAndTheNextIsWhole(t *testing.T) {
	inLines(t, nil, func(l *lines) {
		l.types(strings.Repeat("x", 5<<20)).says("There is no code in this.").types(l.Redirected(l.url())).succeeds()
	})
}

func TestAnswerWithWindowsLineEndsIsTaken(t *testing.T) {
	inLines(t, nil, func(l *lines) { l.types(l.Redirected(l.url()) + "\r").succeeds() })
}

func TestAnswerAmongOtherLinesIsTaken(t *testing.T) {
	inLines(t, nil, func(l *lines) { l.types("This is what it shows:\n\n" + l.Redirected(l.url()) + "\n\nbye").succeeds() })
}

func TestExplanationsAreFinishedSentencesOnALineEach(t *testing.T) {
	for _, k := range flow.Kinds() {
		what := text.English.Explain(k, flow.Request{})
		for _, s := range append(slices.Clone(what.Fix), what.Sentence, what.Meaning) {
			if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") || strings.Contains(s, "\n") {
				t.Errorf("%s: %q", k, s)
			}
		}
	}
}
