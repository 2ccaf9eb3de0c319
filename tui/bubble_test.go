package tui

import (
	"os"
	"os/signal"
)

// The runtime begins to listen for signals when it is first asked to, which must not be
// inside a bubble: a renewal holds signals.
func init() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
}
