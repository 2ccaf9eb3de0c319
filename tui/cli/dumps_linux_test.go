package cli

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestACrashLeavesNoMemoryBehind(t *testing.T) {
	if os.Getenv("CLI_TEST_DUMPS") != "" {
		sayWhatDumpsLeave()
		os.Exit(0) // before the test binary prints a line of its own
	}
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), "CLI_TEST_DUMPS=1")
	out, err := self.Output()
	if err != nil || string(out) != "0 0\n4096 0\n" {
		t.Errorf("%q, %v", out, err)
	}
}

// sayWhatDumpsLeave prints the limit of core files and whether this process can be dumped,
// while dumps are forbidden and after they are allowed again.
func sayWhatDumpsLeave() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 4096, Max: 4096})
	say := func() {
		var core unix.Rlimit
		_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
		dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		fmt.Println(core.Cur, dumpable)
	}
	allow := forbidDumps()
	say()
	allow()
	say()
}
