package window

import (
	"context"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Streams are what a window is shown on; nil: the terminal, and what it can do.
type Streams struct {
	Input   io.Reader
	Output  io.Writer
	Profile *colorprofile.Profile // nil: without colour under NO_COLOR
}

// Run gives the window a terminal until the wizard ends, and returns what broke the terminal:
// tea.ErrProgramKilled where ctx was.
func (w *Window) Run(ctx context.Context, on Streams) error {
	var p *tea.Program
	if on.Input == nil {
		keys, release, err := openKeyboard(func() { p.Send(InTurn(func() tea.Cmd { return w.Say(w.text.Unmarked) })) })
		if err != nil {
			return err
		}
		defer release()
		on.Input = keys
	}
	p = tea.NewProgram(w, on.options(ctx)...)
	_, err := p.Run()
	return err
}

// framesASecond is how often Bubble Tea looks for something new to draw, also where nothing
// moves, and each look wakes the processor. What is typed is seen within 100 ms.
const framesASecond = 10

// AFrame is the time between two of them.
const AFrame = time.Second / framesASecond

func (on Streams) options(ctx context.Context) []tea.ProgramOption {
	all := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(framesASecond)}
	if on.Input != nil {
		all = append(all, tea.WithInput(on.Input))
	}
	if on.Output != nil {
		all = append(all, tea.WithOutput(on.Output))
	}
	switch {
	case on.Profile != nil:
		all = append(all, tea.WithColorProfile(*on.Profile))
	case os.Getenv("NO_COLOR") != "": // any value; colorprofile knows only true ones
		all = append(all, tea.WithColorProfile(colorprofile.ASCII))
	}
	return all
}
