package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"sfauth/tui/text"
)

// console is where a person, or a pipe in their place, answers line by line. Nothing can
// interrupt a read of a terminal: the line that ends one belongs to whoever asks by then.
type console struct {
	words *text.Text
	lines *bufio.Reader
	out   io.Writer // shows questions
	terminal

	mu      sync.Mutex
	reading *reading // is under way; nil: none
}

// terminal is where a person sees what they type; nil: there is only a pipe.
type terminal interface {
	// hide has it show no more of what is typed, until shown is called.
	hide() (shown func())
	// hidePaste does that of lines of any length, which may come with the ctrl+d that ends them.
	hidePaste() (shown func())
	// more tells whether another line is there to be read already.
	more() bool
	// whenBack calls do each time that the person comes back to the program, which they have
	// suspended, until stop is called: a shell has shown what is typed meanwhile.
	whenBack(do func()) (stop func())
}

// reading is a read of a line; the other two are set when done is closed.
type reading struct {
	done chan struct{}
	line string
	err  error
}

// newConsole reads from in, and asks on out.
func newConsole(words *text.Text, in, out *os.File) *console {
	c := &console{words: words, lines: bufio.NewReader(in), out: out}
	if isTerminal(in) {
		c.terminal = tty{in}
	}
	return c
}

// attended tells whether a person can be asked: there is a terminal.
func (c *console) attended() bool { return c != nil && c.terminal != nil }

// begin begins to read the next line, where that is not under way.
func (c *console) begin() *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reading == nil {
		r := &reading{done: make(chan struct{})}
		c.reading = r
		go func() {
			defer close(r.done)
			r.line, r.err = c.read()
		}()
	}
	return c.reading
}

// longest is more than any line that makes sense; of a longer one the rest is not kept.
const longest = 1 << 20

func (c *console) read() (string, error) {
	var line []byte
	for {
		part, err := c.lines.ReadSlice('\n')
		line = append(line, part[:min(len(part), longest-len(line))]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && len(line) > 0: // the last line has no end
			return string(line), nil
		default:
			return strings.TrimSuffix(string(line), "\n"), err
		}
	}
}

// all is what comes until ctrl+d, and no more than most bytes of it.
func (c *console) all(most int) (data []byte, err error) {
	const ctrlD = 4
	for len(data) < most {
		b, err := c.lines.ReadByte()
		switch {
		case err == io.EOF, b == ctrlD:
			return data, nil
		case err != nil:
			return data, err
		}
		data = append(data, b)
	}
	return data, nil
}

// next is the next line. Errors are those of the read, io.EOF among them, and the cause of
// ctx.
func (c *console) next(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	r := c.begin()
	select {
	case <-r.done:
		c.mu.Lock()
		defer c.mu.Unlock()
		c.reading = nil
		return r.line, r.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// apart is how long two lines that are typed lie apart at least; those of a paste do not.
const apart = 100 * time.Millisecond

// ended tells whether no line will come any more. A pipe that says nothing may yet have one.
func (c *console) ended() bool {
	if c == nil {
		return true
	}
	if c.attended() { // who has said that nothing more comes may still answer the next question
		return false
	}
	r := c.begin()
	select {
	case <-r.done:
		return r.err != nil
	case <-time.After(apart):
		return false
	}
}

// follows tells whether another line comes at once. Of a terminal no more is read for that:
// whatever else reads from it would miss what is typed next.
func (c *console) follows() bool {
	if !c.attended() {
		r := c.begin()
		select {
		case <-r.done:
			return r.err == nil
		case <-time.After(apart):
			return false
		}
	}
	there := c.lines.Buffered() > 0
	for i := 0; !there && i < 10; i++ {
		time.Sleep(apart / 10)
		there = c.more()
	}
	return there
}

// pasted is the next line and those that come with it: a terminal hands over what is pasted
// line by line, and an address may be broken over several. Errors are those of next.
func (c *console) pasted(ctx context.Context) (string, error) {
	line, err := c.next(ctx)
	if err != nil {
		return "", err
	}
	return c.whole(ctx, line), nil
}

// whole is a line with those that come with it.
func (c *console) whole(ctx context.Context, line string) string {
	const most = 64 // lines
	for i := 1; i < most && c.follows(); i++ {
		more, _ := c.next(ctx)
		line += "\n" + more
	}
	return line
}

// ask puts a question to a person and returns the line that is typed, of a hidden one
// nothing is seen. Of several lines at once none is taken: the second may be meant for
// another question. Errors are those of next.
func (c *console) ask(ctx context.Context, question string, hidden bool) (string, error) {
	put := func() { fmt.Fprint(c.out, question+" ") }
	if c.attended() {
		back := put
		if hidden {
			shown := c.hide()
			defer func() { shown() }()
			back = func() { shown(); shown = c.hide(); put() }
		}
		defer c.whenBack(back)()
	}
	for {
		put()
		text, err := c.pasted(ctx)
		if err != nil || hidden { // nothing has ended the line
			fmt.Fprintln(c.out)
		}
		line := strings.TrimSpace(text)
		if err != nil || !strings.Contains(line, "\n") {
			return line, err
		}
		fmt.Fprintln(c.out, c.words.Unmarked)
	}
}
