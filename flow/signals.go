package flow

import (
	"os"
	"os/signal"
	"syscall"
)

// NotifySignals relays signals to c (signal.Notify), but for those that the parent of sfauth
// had it ignore, as nohup and a shell with a job in the background do. They stay ignored,
// also for a program that Exec puts in our place. Go knows that of SIGHUP and SIGINT alone;
// a shell that has a job ignore SIGINT has it ignore SIGQUIT, too.
func NotifySignals(c chan<- os.Signal, signals ...os.Signal) {
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
