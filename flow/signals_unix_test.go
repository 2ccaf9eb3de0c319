//go:build unix

package flow_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"sfauth/flow"
	"sfauth/keystore"
)

// bell rings at the first thing that is written to it.
type bell chan struct{}

func (b bell) Write(p []byte) (int, error) {
	select {
	case b <- struct{}{}:
	default:
	}
	return len(p), nil
}

func TestASecondInterruptDoesNotLoseTheTokenThatIsOnItsWay(t *testing.T) {
	if dir := os.Getenv("FLOW_TEST_INTERRUPTED"); dir != "" {
		renewInterrupted(t, dir)
		return
	}
	f := launch(t)
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), "FLOW_TEST_INTERRUPTED="+f.dir)
	heard, started := make(bell, 1), make(chan *os.Process, 1)
	self.Stdout = heard
	f.mu.Lock() // the org of the fleet serves requests already
	f.org.During = func(string) {
		p := <-started
		_ = p.Signal(os.Interrupt)
		<-heard // after its first interrupt the process would end at the second
		_ = p.Signal(os.Interrupt)
	}
	f.mu.Unlock()
	must(t, self.Start())
	started <- self.Process
	if err := self.Wait(); err != nil {
		t.Error(err)
	}
	c, err := f.Store.Find("acme")
	must(t, err)
	s, err := f.Store.Secrets(t.Context(), c)
	must(t, err)
	if !f.org.RefreshValid(s.RefreshToken.Reveal()) {
		t.Error("the rotated token was lost")
	}
}

// renewInterrupted is a process that the first interrupt ends in good order, and the
// second at once.
func renewInterrupted(t *testing.T, dir string) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	context.AfterFunc(ctx, func() {
		stop()
		fmt.Println("interrupted")
	})
	c := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: fileVault(dir)}}
	_, err := c.Token(ctx, "acme", fresh)
	must(t, err)
}

// nohup, or a shell that puts a job into the background, has the process ignore signals.
func TestWhatTheParentIgnoredStaysIgnored(t *testing.T) {
	flow.Need(t, "sh")
	if os.Getenv("FLOW_TEST_IGNORING") != "" {
		heard := make(chan os.Signal, 1)
		flow.NotifySignals(heard, os.Interrupt, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTERM)
		for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
			if err := syscall.Kill(os.Getpid(), s); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if s := <-heard; s != syscall.SIGTERM { // a process that heard more signals would have reported the others first
			t.Fatal("heard ", s)
		}
		t.Fatal(flow.Exec([]string{"sh", "-c", "kill -HUP $$; kill -INT $$; kill -QUIT $$; echo alive"}, os.Environ()))
	}
	self := exec.Command("sh", "-c", `trap '' HUP INT QUIT; exec "$0" "$@"`, os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), "FLOW_TEST_IGNORING=1")
	out, err := self.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "alive\n") {
		t.Errorf("%v: %s", err, out)
	}
}
