package cli

import (
	"strings"
	"time"

	"sfauth/flow"
)

// together is a line and those that come with it: a terminal hands over what is pasted
// line by line, and an address may be broken over several.
func (p *plain) together(line string) string {
	const apart, most = 100 * time.Millisecond, 64
	for range most {
		select {
		case more, ok := <-p.lines:
			if !ok {
				return line
			}
			line += "\n" + more
		case <-time.After(apart):
			return line
		}
	}
	return line
}

// paste hands a text to the login. An address of which only the beginning came waits for
// its rest: what comes then is taken by itself only where it is another address.
func (p *plain) paste(w *flow.Wait, text string) error {
	whole := p.begun + text
	if strings.Contains(text, "://") {
		whole = text
	}
	err := w.Paste(whole)
	p.begun = ""
	if flow.KindOf(err) == flow.KindPasteCut {
		p.begun = whole
	}
	return err
}
