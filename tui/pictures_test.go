package tui

import (
	"context"
	"encoding/xml"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	played "sfauth/flow/stage"
	"sfauth/tui/text"
	"sfauth/tui/window"
	"sfauth/tui/world"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
)

// pictures are what the documents show, each in a dark terminal and in a light one.
var pictures = []struct {
	name  string
	w, h  int
	about string // for who cannot see it
	begin func(w *screened, o *Options)
	take  func(w *screened, f *film)
}{
	{"login", 84, 26, "A login with sfauth: the org is named, the app's key and secret are pasted, access is allowed in the browser, and the connection is saved",
		nothing, aLogin},
	{"login-ja", 84, 26, "sfauth でのログイン: 組織を指定し、コンシューマー鍵と秘密を貼り付け、ブラウザーで許可すると、接続が保存される",
		nothingInJapanese, aLogin},
	{"trouble", 84, 26, "A failure as sfauth explains it: what Salesforce said, what it means, and what to do in Setup",
		everything, func(w *screened, f *film) {
			w.wait(3 * time.Second).press("e").paste("error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration").press("enter")
			f.hold(w, 0)
		}},
	{"home", 124, 24, "The connections that are saved, and what Salesforce says of each of them now",
		five, func(w *screened, f *film) {
			w.wait(20 * time.Second)
			f.hold(w, 0)
		}},
}

// aLogin is one from its first letter to its end.
func aLogin(w *screened, f *film) {
	f.hold(w, time.Second)
	for _, letter := range "acme" {
		w.typ(string(letter))
		f.hold(w, 150*time.Millisecond)
	}
	f.watch(w, time.Second)
	f.hold(w, 300*time.Millisecond)
	w.press("enter")
	f.watch(w, 800*time.Millisecond)
	w.paste(w.App.ClientID)
	f.hold(w, 500*time.Millisecond)
	w.press("enter").paste(w.App.ClientSecret)
	f.hold(w, 700*time.Millisecond)
	w.press("enter")
	f.watch(w, 3*time.Second)
	w.wait(20 * time.Second).shows("sfauth token acme") // how long the last steps take is not told to a tenth of a second
	f.still = len(f.lasts)
	f.hold(w, 4*time.Second)
}

// hold shows the screen for so long, in which nothing happens.
func (f *film) hold(w *screened, lasts time.Duration) { f.shoot(w.m.View(), lasts) }

// watch shows what happens in that time.
func (f *film) watch(w *screened, lasts time.Duration) {
	const frame = 100 * time.Millisecond // a spinner's
	for range lasts / frame {
		f.hold(w, frame)
		w.wait(frame)
	}
}

// onStage has the world play acme.my.salesforce.com on a fixed day, so that the pictures stay as
// they are, for a terminal that draws motion and links.
func onStage(w *screened, o *Options) *played.Stage {
	time.Sleep(time.Until(time.Date(2026, time.November, 26, 10, 0, 0, 0, time.Local)))
	s := played.New(world.LoginHost, flow.DefaultRedirectURI, w.Browser.Transport)
	s.Costume(w.Client)
	open := w.Client.Open
	w.Client.Page = nil // the addresses on the screen are those of a real org
	w.Client.Open = func(ctx context.Context, url string) error { return open(ctx, s.Page(url)) }
	w.Org = s.Org
	w.Allows()
	o.Terminal = &window.Terminal{Moves: true, Links: true}
	return s
}

// nothing has a login on that stage of which the person has to type everything.
func nothing(w *screened, o *Options) {
	onStage(w, o)
	o.Request = flow.Request{RedirectURI: flow.DefaultRedirectURI, Scope: flow.DefaultScope}
}

// nothingInJapanese is nothing, for a person who reads Japanese.
func nothingInJapanese(w *screened, o *Options) {
	nothing(w, o)
	o.Text = &text.Japanese
}

// everything has a login on that stage of which everything is given.
func everything(w *screened, o *Options) { o.Request = onStage(w, o).Request() }

// five has five connections on that stage, in five states.
func five(w *screened, o *Options) {
	err := onStage(w, o).Save(context.Background(), w.Store, time.Now())
	if err == nil {
		o.Saved, err = w.Store.List()
	}
	if err != nil {
		w.T.Fatal(err)
	}
}

func TestThePicturesAreTheProgram(t *testing.T) {
	for _, p := range pictures {
		for th, ground := range map[theme]color.Color{dark: color.Black, light: color.White} {
			inWorld(t, p.begin, func(w *screened) {
				w.send(tea.BackgroundColorMsg{Color: ground}).resize(p.w, p.h)
				f := &film{theme: th, w: p.w, h: p.h, about: p.about}
				p.take(w, f)
				f.compare(t, filepath.Join("..", ".github", "pictures", p.name+"-"+th.name+".svg"))
			})
		}
	}
}

// compare asserts that a file is this picture, and one that loads at once.
func (f *film) compare(t *testing.T, file string) {
	t.Helper()
	got := f.svg()
	if len(got) > 60<<10 {
		t.Errorf("%s: %d bytes", file, len(got))
	}
	for d := xml.NewDecoder(strings.NewReader(got)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if was, err := os.ReadFile(file); err != nil || string(was) != got {
		t.Errorf("%s is not what sfauth shows (%v): go test ./tui -run Pictures -update", file, err)
	}
}
