package flow

import (
	"os"
	"os/signal"
	"syscall"
)

// Hear relays signals to c, but for those that the parent of sfauth had it ignore (nohup, a
// job in the background). They stay ignored, also for a program that Exec puts in our place.
// Go knows that of SIGHUP and SIGINT alone; a shell that has a job ignore SIGINT has it
// ignore SIGQUIT, too.
func Hear(c chan<- os.Signal, signals ...os.Signal) {
	for _, s := range signals {
		switch {
		case signal.Ignored(s):
		case s == syscall.SIGQUIT && signal.Ignored(os.Interrupt):
			signal.Ignore(s)
		default:
			signal.Notify(c, s)
		}
	}
}
