// Package window is the frame around the screens of the wizard, and what works on all of
// them: how the window is divided, the keys and the mouse, what is said for a moment, help.
// It knows no login and no connection.
package window

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sfauth/tui/page"
	"sfauth/tui/text"
)

// Screen is one page of the wizard. Only Window is a tea.Model; a screen is a plain struct
// that says what can be pressed, hears what happened and draws.
type Screen interface {
	Place() (step int, title string) // step 0: none of a login
	Focus() *page.Field              // the text field that takes what is typed, or nil
	Keys() []page.Action             // what can be pressed now, most important first
	Draw(*page.Page)
}

// Step is the step of a login that a screen belongs to.
func Step(s Screen) int {
	step, _ := s.Place()
	return step
}

// follower is a screen that keeps in step with whatever has happened, a letter typed or
// news: what follows from it is done after each message.
type follower interface{ Follow() tea.Cmd }

// paster is a screen that takes a paste wherever the focus is; its field has had it already.
type paster interface{ Pasted(tea.PasteMsg) }

// keeper is a screen that has something to lose: the sentence that says what, or "".
type keeper interface{ WouldLose() string }

// verdict is a screen that says how something has ended.
type verdict interface{ Succeeded() (yes, over bool) }

// timed is a screen that waits no longer than some time, of which percent has passed.
type timed interface {
	Percent() (percent int, waits bool)
}

// awaited is a screen whose work may end while the person looks at the browser.
type awaited interface{ Awaited() bool }

// overlay is a screen that lies over another for a while.
type overlay interface{ Under() Screen }

// subject is a screen that says itself what the window is about.
type subject interface{ About() string }

// titled is a screen that has the title of the window to itself.
type titled interface{ WindowTitle() string }

// wide is a screen that has a use for more than the card's width.
type wide interface{ Wide() bool }

// roller is a screen that the wheel moves in, in place of scrolling it.
type roller interface{ Roll(n int) tea.Cmd }

// Wizard is what the window asks the wizard whose screens it shows.
type Wizard interface {
	Open() tea.Cmd   // the window is there
	Subject() string // what the window is about, where no screen says it
	Behind() Screen  // whose work is under way, whatever screen is shown; nil: there is none
	End() tea.Cmd    // the person leaves, and has been told what that loses
}

// Window shows one screen of a wizard at a time. It is the program's one tea.Model.
type Window struct {
	Screen        Screen
	Styles        page.Styles
	Terminal      Terminal
	Width, Height int    // of the window, in cells; 0: not known yet
	Note          string // one line above the key help
	FirstStep     int    // of a login: the lowest that was shown since the wizard has set this

	wizard      Wizard
	text        *text.Text
	mark        string // beside the program's name
	profile     colorprofile.Profile
	ground      page.Ground
	elsewhere   bool      // the person looks at another window
	unreadUntil time.Time // a screen that came by itself takes no keys, and shows none
	pausing     bool      // the end of that is waited for
	stepSince   time.Time // that the login is at its step; zero: for long
	scroll      int
	notes       int       // how many there have been: only the latest is cleared
	leaving     bool      // ctrl+c was pressed where something would be lost
	pressed     tea.Mouse // where the mouse was, when its button went down
	selecting   bool      // the mouse is the terminal's until the next key: somebody has dragged it
}

// New returns the window of a wizard, in which no screen is shown yet. The mark stands
// beside the program's name; it may be empty.
func New(wizard Wizard, words *text.Text, mark string) *Window {
	w := &Window{wizard: wizard, text: words, mark: mark, profile: colorprofile.TrueColor}
	w.paint()
	return w
}

// paint makes the styles for what is known of the terminal.
func (w *Window) paint() { w.Styles = page.NewStyles(w.ground, w.profile) }

// InTurn is what a Cmd or a run wants done with what it has found, in Update's turn
// and whatever screen is shown by then.
type InTurn func() tea.Cmd

// After does something in Update's turn, a while on.
func After(d time.Duration, do InTurn) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return do })
}

// Uppermost is the screen, or that which others lie over.
func (w *Window) Uppermost() Screen {
	s := w.Screen
	for {
		o, ok := s.(overlay)
		if !ok || o.Under() == nil {
			return s
		}
		s = o.Under()
	}
}

// Show goes to a screen.
func (w *Window) Show(s Screen) {
	w.Screen, w.scroll, w.Note, w.leaving, w.unreadUntil = s, 0, "", false, time.Time{}
	if step := Step(s); step > 0 {
		w.FirstStep = min(w.FirstStep, step)
	}
}

// Appear shows a screen that nobody asked for at this moment. What is typed on until there
// has been a pause was meant for the screen before.
func (w *Window) Appear(s Screen) {
	w.Show(s)
	w.unreadUntil = time.Now().Add(pause)
}

// pause is what a person needs to see that the screen is another.
const pause = 400 * time.Millisecond

// isUnread tells whether the screen came by itself and the person types on; each key
// begins the pause anew.
func (w *Window) isUnread() bool {
	if !time.Now().Before(w.unreadUntil) {
		return false
	}
	w.unreadUntil = time.Now().Add(pause)
	return true
}

// Say shows a sentence above the key help for as long as it takes to read it.
func (w *Window) Say(s string) tea.Cmd {
	w.notes++
	w.Note = s
	n := w.notes
	return After(2*time.Second+time.Duration(len(s))*60*time.Millisecond, func() tea.Cmd {
		if n == w.notes {
			w.Note = ""
		}
		return nil
	})
}

// Init opens the wizard.
func (w *Window) Init() tea.Cmd { return tea.Batch(tea.RequestBackgroundColor, w.wizard.Open()) }

// Update hears a message, then does what follows from it.
func (w *Window) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	before := Step(w.Screen)
	all := []tea.Cmd{w.hear(msg)}
	if f, ok := w.Screen.(follower); ok {
		all = append(all, f.Follow())
	}
	if now := Step(w.Screen); now > before && before > 0 && w.Terminal.Moves {
		w.stepSince = time.Now()
		all = append(all, w.fill())
	}
	if left := time.Until(w.unreadUntil); left > 0 && !w.pausing {
		w.pausing = true
		all = append(all, After(left, func() tea.Cmd { w.pausing = false; return nil })) // the keys are shown then
	}
	return w, tea.Batch(all...)
}

func (w *Window) hear(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		w.Width, w.Height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		w.ground = page.LightGround
		if msg.IsDark() {
			w.ground = page.DarkGround
		}
		w.paint()
	case tea.ColorProfileMsg:
		w.profile = msg.Profile
		w.paint()
	case InTurn:
		return msg()
	case tea.KeyPressMsg:
		return w.press(msg)
	case tea.FocusMsg:
		w.elsewhere = false
	case tea.BlurMsg:
		w.elsewhere = true
	case tea.MouseMsg:
		return w.point(msg)
	case tea.PasteMsg:
		if w.isUnread() {
			return nil
		}
		if f := w.Screen.Focus(); f != nil {
			f.Update(msg, w.text.InvisibleCharacters)
		}
		if p, ok := w.Screen.(paster); ok {
			p.Pasted(msg)
		}
	}
	return nil
}

// Leave ends the wizard; where that would lose something it says so first.
func (w *Window) Leave() tea.Cmd {
	if lost := w.wouldLose(); lost != "" && !w.leaving {
		w.leaving, w.Note = true, lost
		w.notes++
		return nil
	}
	return w.wizard.End()
}

// wouldLose is what the screen, or the work behind it, would lose.
func (w *Window) wouldLose() string {
	for _, s := range []Screen{w.Uppermost(), w.wizard.Behind()} {
		if k, ok := s.(keeper); ok && k.WouldLose() != "" {
			return k.WouldLose()
		}
	}
	return ""
}
