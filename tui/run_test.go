package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// options are a wizard on pipes; what is written to keys is pressed.
func options(t *testing.T) (o Options, keys io.Writer, screen *bytes.Buffer) {
	in, keys := io.Pipe()
	t.Cleanup(func() { in.Close() })
	screen, profile := new(bytes.Buffer), colorprofile.ASCII
	client := &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}}
	return Options{Text: &text.English, Client: client, Streams: window.Streams{Input: in, Output: screen, Profile: &profile}}, keys, screen
}

func TestRunSaysThatThePersonLeft(t *testing.T) {
	o, keys, screen := options(t)
	go keys.Write([]byte("\x03"))
	if err := Run(t.Context(), o); !errors.Is(err, ErrQuit) {
		t.Error(err)
	}
	for what, reset := range map[string]string{"alternate screen": "\x1b[?1049l", "cursor": "\x1b[?25h", "bracketed paste": "\x1b[?2004l"} {
		if !strings.Contains(screen.String(), reset) {
			t.Errorf("the %s is not reset", what)
		}
	}
}

func TestRunReturnsTheCauseOfItsContext(t *testing.T) {
	o, _, _ := options(t)
	hangup := errors.New("hangup")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(hangup)
	if err := Run(ctx, o); !errors.Is(err, hangup) {
		t.Errorf("%v", err)
	}
}

func TestALoginThatWasSavingWhenThePersonLeftIsNotLost(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.wizard.start(w.wizard.app, func(ctx context.Context, _ func(window.InTurn)) (*keystore.Connection, error) {
			<-ctx.Done()
			time.Sleep(10 * time.Second) // the keychain takes its time
			return &keystore.Connection{Name: "acme"}, nil
		})
		w.wizard.abandon()
		if c := w.wizard.run.join(); c == nil || c.Name != "acme" {
			t.Errorf("%+v", c)
		}
	})
}

func TestTheNextRunWaitsUntilTheOneBeforeHasEnded(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		var order []string
		work := func(name string) work {
			return func(ctx context.Context, _ func(window.InTurn)) (*keystore.Connection, error) {
				order = append(order, name+" begins")
				if name == "first" {
					<-ctx.Done()
					time.Sleep(time.Second)
				}
				order = append(order, name+" ends")
				return nil, nil
			}
		}
		w.run(w.wizard.start(w.wizard.app, work("first")))
		w.run(w.wizard.start(w.wizard.app, work("second")))
		w.wizard.run.join()
		if got := strings.Join(order, ", "); got != "first begins, first ends, second begins, second ends" {
			t.Error(got)
		}
	})
}

func TestNothingMovesWhereNothingHappens(t *testing.T) {
	for _, screen := range []struct {
		prepare func(w *screened, o *Options)
		keys    []string
		most    int // messages in a minute
	}{
		{nil, nil, 0}, {given, []string{"e"}, 120}, {given, nil, 120}, {one, nil, 0}, {one, []string{"enter"}, 0},
	} {
		inWorld(t, screen.prepare, func(w *screened) {
			w.wait(10 * time.Second).press(screen.keys...).wait(10 * time.Second)
			before := w.turns
			if w.wait(time.Minute); w.turns-before > screen.most {
				t.Errorf("%d messages in a minute, at most %d:\n%s", w.turns-before, screen.most, w.frame())
			}
		})
	}
}
