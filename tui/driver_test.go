package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// testdata is found from another working directory, too.
var testdata, _ = filepath.Abs("testdata")

var update = flag.Bool("update", false, "rewrite the golden frames")

// driver runs a model without a terminal inside a synctest bubble: commands run in
// goroutines on the fake clock, messages are applied one at a time, and a frame is
// what View says once nothing more happens without time.
type driver struct {
	t     *testing.T
	m     tea.Model
	w, h  int
	inbox chan tea.Msg
	quit  bool
	turns int             // messages that Update has had
	clip  string          // what the clipboard holds
	told  []string        // other things a terminal would have been told
	seen  strings.Builder // every frame, for the canaries
}

// drive must be called inside synctest.Test.
func drive(t *testing.T, m tea.Model, w, h int) *driver {
	d := &driver{t: t, m: m, inbox: make(chan tea.Msg, 1024)}
	d.run(m.Init())
	return d.resize(w, h)
}

func (d *driver) run(c tea.Cmd) {
	if c != nil {
		go func() { d.deliver(c()) }()
	}
}

// deliver unpacks tea.Batch and tea.Sequence; the latter's type is not exported.
func (d *driver) deliver(msg tea.Msg) {
	if msg == nil {
		return
	}
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			d.run(c)
		}
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() {
			d.deliver(v.Index(i).Interface().(tea.Cmd)())
		}
		return
	}
	d.inbox <- msg
}

// settle applies messages until every goroutine waits for time or for input.
func (d *driver) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-d.inbox:
			d.apply(msg)
		default:
			return
		}
	}
}

func (d *driver) apply(msg tea.Msg) {
	d.t.Helper()
	if d.quit {
		return
	}
	switch kind := fmt.Sprintf("%T", msg); kind {
	case "tea.QuitMsg":
		d.quit = true
		return
	case "tea.setClipboardMsg":
		d.clip = fmt.Sprint(msg)
		return
	case "tea.RawMsg":
		d.told = append(d.told, fmt.Sprint(msg.(tea.RawMsg).Msg))
		return
	case "tea.SuspendMsg":
		d.told = append(d.told, kind)
		return
	}
	d.turns++
	var c tea.Cmd
	d.m, c = d.m.Update(msg)
	d.run(c)
	d.check()
}

func (d *driver) send(msgs ...tea.Msg) *driver {
	d.t.Helper()
	for _, msg := range msgs {
		d.apply(msg)
		d.settle()
	}
	return d
}

func (d *driver) resize(w, h int) *driver {
	d.t.Helper()
	d.w, d.h = w, h
	return d.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// typ types as a person does, with time between the keys.
func (d *driver) typ(s string) *driver {
	d.t.Helper()
	for _, r := range s {
		d.wait(50 * time.Millisecond).send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

// atOnce types without a pause, as a slow link delivers it.
func (d *driver) atOnce(s string) *driver {
	d.t.Helper()
	for _, r := range s {
		if r == '\n' {
			d.send(tea.KeyPressMsg{Code: tea.KeyEnter})
		} else {
			d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return d
}

func (d *driver) paste(s string) *driver {
	d.t.Helper()
	return d.wait(50 * time.Millisecond).send(tea.PasteMsg{Content: s})
}

var named = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f1": tea.KeyF1,
}

// press presses keys by the names that bindings have: "enter", "ctrl+c", "shift+tab".
func (d *driver) press(keys ...string) *driver {
	d.t.Helper()
	for _, k := range keys {
		d.wait(50 * time.Millisecond).send(d.key(k))
	}
	return d
}

func (d *driver) key(name string) tea.KeyPressMsg {
	d.t.Helper()
	msg, rest := tea.KeyPressMsg{}, name
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "shift+": tea.ModShift} {
		if after, ok := strings.CutPrefix(rest, prefix); ok {
			msg.Mod, rest = msg.Mod|mod, after
		}
	}
	if code, ok := named[rest]; ok {
		msg.Code = code
	} else if r := []rune(rest); len(r) == 1 {
		msg.Code = r[0]
		if msg.Mod == 0 {
			msg.Text = rest
		}
	} else {
		d.t.Fatalf("driver: unknown key %q", name)
	}
	return msg
}

// wait lets fake time pass.
func (d *driver) wait(dur time.Duration) *driver {
	d.t.Helper()
	for end := time.After(dur); ; {
		select {
		case msg := <-d.inbox:
			d.apply(msg)
			d.settle()
		case <-end:
			d.settle()
			return d
		}
	}
}

// check asserts what must hold of every frame, whatever it shows.
func (d *driver) check() {
	d.t.Helper()
	v := d.m.View()
	d.seen.WriteString(v.WindowTitle)
	d.seen.WriteString(v.Content)
	lines := strings.Split(v.Content, "\n")
	if d.h > 0 && len(lines) > d.h {
		d.t.Errorf("%dx%d: a frame of %d lines:\n%s", d.w, d.h, len(lines), ansi.Strip(v.Content))
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); d.w > 0 && w > d.w {
			d.t.Errorf("%dx%d: a line of %d cells: %q", d.w, d.h, w, ansi.Strip(l))
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.X >= d.w || c.Y < 0 || c.Y >= d.h) {
		d.t.Errorf("%dx%d: the cursor is at %d,%d", d.w, d.h, c.X, c.Y)
	}
}

// everySize looks at the screen in windows from 1x1 to 100x40, and all those around
// which something changes: under SFAUTH_TEST=all at every width with every height, and
// else at each width with every third.
func (d *driver) everySize() *driver {
	d.t.Helper()
	w, h := d.w, d.h
	whole := os.Getenv("SFAUTH_TEST") == "all"
	for i, width := range []int{1, 2, 3, 5, 8, 13, 19, 20, 21, 30, 40, 59, 60, 61, 80, 100} {
		for j, height := range []int{1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 17, 18, 19, 24, 40} {
			if !whole && i%3 != j%3 {
				continue
			}
			d.w, d.h = width, height
			d.m, _ = d.m.Update(tea.WindowSizeMsg{Width: d.w, Height: d.h})
			d.check()
		}
	}
	return d.resize(w, h)
}

// text is what the screen shows, without styles.
func (d *driver) text() string { return ansi.Strip(d.m.View().Content) }

func (d *driver) shows(want ...string) *driver {
	d.t.Helper()
	flat := strings.Join(strings.Fields(d.text()), " ")
	for _, s := range want {
		if !strings.Contains(flat, s) {
			d.t.Errorf("the screen does not show %q:\n%s", s, d.text())
		}
	}
	return d
}

func (d *driver) showsNot(unwanted ...string) *driver {
	d.t.Helper()
	for _, s := range unwanted {
		if strings.Contains(d.text(), s) {
			d.t.Errorf("the screen shows %q:\n%s", s, d.text())
		}
	}
	return d
}

// links are those that the wizard draws.
var links = regexp.MustCompile(`\x1b\]8;(id=[0-9a-f]+;https?://[^\x00-\x1f]+|;)\x07`)

// showsNothingHostile asserts that no frame ever had what a terminal obeys, but for what the
// wizard itself draws with.
func (d *driver) showsNothingHostile() {
	d.t.Helper()
	seen := links.ReplaceAllString(d.seen.String(), "")
	for _, bad := range []string{"\x1b]", "\x1b[31m", "\u009b", "\u202e", "\u2066", "\r", "\t", "\b", "\x07", "\x00", "\x7f"} {
		if strings.Contains(seen, bad) {
			d.t.Errorf("%q got through", bad)
		}
	}
}

// frame is the screen as text, with what is not text in front of it.
func (d *driver) frame() string {
	v := d.m.View()
	var b strings.Builder
	fmt.Fprintf(&b, "size %dx%d, title %q\n", d.w, d.h, v.WindowTitle)
	if v.ProgressBar != nil {
		fmt.Fprintf(&b, "progress %s %d\n", v.ProgressBar.State, v.ProgressBar.Value)
	}
	if v.Cursor != nil {
		fmt.Fprintf(&b, "cursor %d,%d\n", v.Cursor.X, v.Cursor.Y)
	}
	canvas := lipgloss.NewCanvas(d.w, d.h)
	canvas.Compose(lipgloss.NewLayer(v.Content))
	rule := "+" + strings.Repeat("-", d.w) + "+\n"
	b.WriteString(rule)
	for y := range d.h {
		b.WriteByte('|')
		for x := range d.w {
			if c := canvas.CellAt(x, y); c != nil && c.Content != "" {
				b.WriteString(c.Content)
			} else if c == nil || c.Width > 0 {
				b.WriteByte(' ')
			}
		}
		b.WriteString("|\n")
	}
	b.WriteString(rule)
	return b.String()
}

// golden compares the screen in both sizes with testdata.
func (d *driver) golden(name string) *driver {
	d.t.Helper()
	w, h := d.w, d.h
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		d.resize(size[0], size[1])
		path := filepath.Join(testdata, fmt.Sprintf("%s-%dx%d.txt", name, d.w, d.h))
		got := d.frame()
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				d.t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(path); err != nil || string(want) != got {
			d.t.Errorf("%s: got\n%swant\n%s(%v)", path, got, want, err)
		}
	}
	return d.resize(w, h)
}
