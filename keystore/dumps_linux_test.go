package keystore

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { helpers["dumps"] = helpDumps }

// helpDumps says what becomes of a process that crashes, before and after.
func helpDumps() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 4096, Max: 4096})
	say := func() {
		var core unix.Rlimit
		_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
		dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		fmt.Println(core.Cur, dumpable)
	}
	allow := ForbidDumps()
	say()
	allow()
	say()
}

func TestACrashLeavesNoMemoryBehind(t *testing.T) {
	out, err := helper(t, "dumps").Output()
	if err != nil || string(out) != "0 0\n4096 0\n" {
		t.Errorf("%q, %v", out, err)
	}
}
