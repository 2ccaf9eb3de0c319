// Package clipboard copies to the clipboard of the machine sfauth runs on, and looks whether
// the text is there. It knows neither what is copied nor the terminal, whose own clipboard
// (OSC 52) is the only one that a person over SSH has.
package clipboard

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"runtime"
	"sync"
	"time"
)

// Why a copy is not on a clipboard of this machine.
var (
	ErrNone  = errors.New("there is no clipboard here")           // of the person's: a login over SSH, a bare console
	ErrOther = errors.New("the clipboard has something else now") // after a program said that it took the text
)

// MissingError is a desktop without a program that copies: installing Package brings one.
type MissingError struct{ Package string }

func (e MissingError) Error() string { return "install " + e.Package + " to copy" }

// Of a copy, all in all, and of each program that takes part in it. The longest that works is
// Windows' PowerShell, started from Linux for the first time.
const (
	patience        = 8 * time.Second
	programPatience = 4 * time.Second
)

// xsel ends a moment before the text is there.
const settles, glance = 500 * time.Millisecond, 20 * time.Millisecond

// Clipboard is the clipboard of this machine; nil: there is none. It looks for the programs it
// needs when something is copied. Its methods can be called from several goroutines.
type Clipboard struct {
	mu   sync.Mutex
	last way // that took what is on the clipboard; its zero value: none did
	sum  [sha256.Size]byte
}

// Copied is what became of a copy.
type Copied struct {
	Seen   bool // it was read back: it is there
	Marked bool // as a secret, which histories of the clipboard leave out
}

// way is a way to the clipboard. Both functions give up with ctx.
type way struct {
	name  string // as people know it
	marks bool   // what it puts there as a secret
	put   func(ctx context.Context, text string) error
	get   func(ctx context.Context) (string, error) // nil: nobody can look
}

// Put copies text, within 8 seconds, by the best way that takes it. A secret goes there marked
// as one, where there is a way that can. Errors are ErrNone, a MissingError, ErrOther, and what
// the programs and the system said.
func (c *Clipboard) Put(ctx context.Context, text string, secret bool) (Copied, error) {
	if c == nil {
		return Copied{}, ErrNone
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, err := ways(runtime.GOOS, os.Getenv, secret)
	for _, w := range all {
		if err = w.put(ctx, text); err != nil {
			continue
		}
		c.last, c.sum = w, sha256.Sum256([]byte(text))
		is, known := c.isOurs(ctx)
		for end := time.Now().Add(settles); known && !is && time.Now().Before(end); {
			time.Sleep(glance)
			is, known = c.isOurs(ctx)
		}
		if is || !known { // another way might take the mark from it
			return Copied{Seen: is, Marked: w.marks && secret}, nil
		}
		err = ErrOther
	}
	return Copied{}, err
}

// isOurs tells whether what was put there last is there, if that can be known.
func (c *Clipboard) isOurs(ctx context.Context) (is, known bool) {
	if c.last.get == nil {
		return false, false
	}
	text, err := c.last.get(ctx)
	return err == nil && sha256.Sum256([]byte(text)) == c.sum, err == nil
}

// Clear empties the clipboard, within 8 seconds, unless it is known to have something else by
// now than what was put there last: others is true then. Without such a copy it does nothing.
// Errors are those of the way that it took.
func (c *Clipboard) Clear(ctx context.Context) (others bool, err error) {
	if c == nil {
		return false, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last.put == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if is, known := c.isOurs(ctx); known && !is {
		return true, nil
	}
	err = c.last.put(ctx, "")
	c.last = way{}
	return false, err
}

// Way is the name of what a copy would be tried with first. Errors are ErrNone and a
// MissingError.
func Way() (string, error) {
	all, err := ways(runtime.GOOS, os.Getenv, false)
	if len(all) == 0 {
		return "", err
	}
	return all[0].name, nil
}
