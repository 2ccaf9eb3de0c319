package flow

import (
	"os"
	"os/exec"
	"testing"
)

// Need skips where a program is missing, and fails under SFAUTH_TEST=all.
func Need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			Lack(t, p)
		}
	}
}

// Lack skips a test for want of something, and fails it under SFAUTH_TEST=all.
func Lack(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SFAUTH_TEST") == "all" {
		t.Fatal("needs ", what)
	}
	t.Skip("needs ", what)
}
