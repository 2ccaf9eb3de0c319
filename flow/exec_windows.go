package flow

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
)

// Exec runs a program to its end: nil, Exited with its exit code where that is not 0, or a
// CannotRun. Windows sends ctrl+c to both processes; the program decides what it means.
func Exec(argv, env []string) error {
	defer holdSignals()()
	cmd := command(argv)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return Exited(failed.ExitCode())
	}
	if err != nil {
		err = CannotRun{err}
	}
	return err
}

// command is a program with its arguments. It is cmd that reads those of a batch file.
func command(argv []string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if found, err := exec.LookPath(cmd.Path); err == nil { // of a path Go looks for the extension no sooner than at the start
		cmd.Path = found
	}
	if ext := strings.ToLower(filepath.Ext(cmd.Path)); ext != ".bat" && ext != ".cmd" {
		return cmd
	}
	words := []string{`"` + cmd.Path + `"`}
	for _, arg := range argv[1:] {
		words = append(words, batchWord(arg))
	}
	cmd.SysProcAttr.CmdLine = strings.Join(words, " ")
	if strings.ContainsAny(cmd.SysProcAttr.CmdLine, "\r\n") && cmd.Err == nil { // cmd would leave out what follows
		cmd.Err = fmt.Errorf("%s: %w", cmd.Path, syscall.EINVAL)
	}
	return cmd
}

var (
	oddToCmd  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^0-9A-Za-z#$%*+./:?@\\_-]|^$`) })
	quotation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\\*)("|$)`) })
)

// batchWord is an argument of a batch file: to cmd an & outside of quotation marks begins
// another command, a = or a comma another argument, and \" ends a quotation.
func batchWord(arg string) string {
	if !oddToCmd().MatchString(arg) {
		return arg
	}
	return `"` + quotation().ReplaceAllString(arg, "$1$1$2$2") + `"`
}

// CommandLine is a program with its arguments as Windows starts them.
func CommandLine(argv ...string) string {
	escaped := make([]string, len(argv))
	for i, arg := range argv {
		escaped[i] = syscall.EscapeArg(arg)
	}
	return strings.Join(escaped, " ")
}
