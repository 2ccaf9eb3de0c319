//go:build unix

package keystore

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/zalando/go-keyring"
)

// security is macOS security(1) at a path. go-keyring runs it, too, but takes what it
// complains of for a part of the secret, and leaves it running when nobody waits any more,
// with its window in front of the person. The items are those of go-keyring.
type security string

const (
	encoded     = "go-keyring-base64:" // before what go-keyring has encoded: security writes all but ASCII in hexadecimal
	maxCommand  = 4096                 // a line and its end, as security reads it: what is beyond would be another command
	killedAfter = time.Second          // how long the pipes of what was killed are waited for
)

func (s security) read(ctx context.Context, account string) (string, error) {
	out, err := s.run(ctx, "", "find-generic-password", "-s", service, "-w", "-a", account)
	if err != nil {
		return "", err
	}
	text, ours := strings.CutPrefix(strings.TrimSpace(out), encoded)
	if !ours {
		return text, nil // what somebody else wrote there
	}
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", ErrCorrupt // not the decoder's own error, which may quote the secret
	}
	return string(value), nil
}

// write hands the secret over on stdin, as a command: arguments are seen by everybody.
func (s security) write(ctx context.Context, account, value string) error {
	value = encoded + base64.StdEncoding.EncodeToString([]byte(value))
	command := fmt.Sprintf("add-generic-password -U -s %s -a %s -w %s\n", service, account, value)
	if len(command) >= maxCommand {
		return keyring.ErrSetDataTooBig
	}
	_, err := s.run(ctx, command, "-i")
	return err
}

func (s security) delete(ctx context.Context, account string) error {
	_, err := s.run(ctx, "", "delete-generic-password", "-s", service, "-a", account)
	return err
}

// run returns what security writes to stdout alone. What it says on stderr goes into the
// error, unless it was given a secret, which it might quote. When ctx ends it is killed, and
// so is all that it has started.
func (s security) run(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, string(s), args...)
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killedAfter
	err := cmd.Run()
	if err != nil && stdin == "" && said.Len() > 0 {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	return out.String(), err
}
