//go:build unix

package desk

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Wine, where Debian's package wine64 has it.
const (
	wine       = "/usr/lib/wine/wine64"
	wineserver = "/usr/lib/wine/wineserver64"
	linker     = "x86_64-w64-mingw32-ld"
)

// prng is the library of Windows from which Go has its random numbers, and which Wine has
// not: its one function is another name of RtlGenRandom.
//
//go:embed testdata/bcryptprimitives.def
var prng []byte

// Windows is a desk whose sfauth is that of Windows, run by Wine, with a browser that
// allows. The Credential Manager is that of all desks of the kind.
type Windows struct {
	*Desk
	Home string // sfauth's own directory, with a name as people in Japan might give it
}

// OnWindows sets up a desk at which nothing runs yet.
func OnWindows(t *testing.T) *Windows {
	t.Helper()
	Need(t, "go", wine, wineserver, linker)
	exe, err := windows()
	if err != nil {
		t.Fatal(err)
	}
	d := New(t, "")
	w := &Windows{d, filepath.Join(d.Dir, "営業 部", "sfauth")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	programs := filepath.Join(d.Dir, "programs") // where Wine looks for the browser of this machine
	browser := fmt.Sprintf("#!/bin/sh\nexec %s as-browser allow %s \"$1\"\n", self, d.Report())
	err = errors.Join(os.Mkdir(programs, 0o700), os.WriteFile(filepath.Join(programs, "xdg-open"), []byte(browser), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	d.starts = []string{wine, exe}
	d.Env = append(inWine(), "HOME="+d.Dir, "PATH="+programs+":"+os.Getenv("PATH"), "LANG=C.UTF-8", "SFAUTH_HOME="+WindowsPath(w.Home))
	return w
}

// Shell has the shell of Windows run a line, with sfauth on its path.
func (w *Windows) Shell(line string) (stdout, stderr string, code int) {
	w.T.Helper()
	return w.Run(wine, "cmd", "/c", "set PATH="+WindowsPath(workshop)+";%PATH%&"+line)
}

// Credential tells whether the Credential Manager has the secrets of a connection: Wine
// keeps what is in it in the registry.
func (w *Windows) Credential(id string) bool {
	w.T.Helper()
	all, _, code := w.Run(wine, "reg", "query", `HKCU\Software\Wine\Credential Manager`)
	if code != 0 {
		w.T.Fatalf("exit %d: %s", code, all)
	}
	return strings.Contains(all, "sfauth:"+id)
}

// Said is what a program wrote on stderr, without what Wine writes there about itself where
// many of its processes run at once.
func Said(stderr string) string { return ofWine.ReplaceAllString(stderr, "") }

var ofWine = regexp.MustCompile(`(?m)^wine client error:.*\n?`)

// WindowsPath is a path of this machine as Wine has it.
func WindowsPath(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }

// inWine is the environment of everything that runs in the Windows of these tests. The two
// libraries that are left out would each ask whether to download a program.
func inWine() []string {
	return []string{"WINEPREFIX=" + filepath.Join(workshop, "windows"), "WINESERVER=" + wineserver, "WINEDEBUG=-all",
		"WINEDLLOVERRIDES=bcryptprimitives=n;mscoree,mshtml="}
}

// windows makes a Windows and the program for it, once for all tests. Its server waits a
// minute for the next program: with each that comes too late Windows would start anew.
var windows = sync.OnceValues(func() (exe string, err error) {
	if exe, err = build("sfauth.exe", "GOOS=windows", "CGO_ENABLED=0"); err != nil {
		return "", err
	}
	prefix, exports := filepath.Join(workshop, "windows"), filepath.Join(workshop, "bcryptprimitives.def")
	if err := errors.Join(os.Mkdir(prefix, 0o700), os.WriteFile(exports, prng, 0o600)); err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(workshop, "windows.log")) // no pipe: what Windows starts now would keep it open
	if err != nil {
		return "", err
	}
	defer log.Close()
	for _, argv := range [][]string{
		{wineserver, "--persistent=60"},
		{wine, "wineboot", "--init"},
		{linker, "-shared", "-o", filepath.Join(prefix, "drive_c/windows/system32/bcryptprimitives.dll"), exports},
	} {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env, cmd.Stdout, cmd.Stderr = append(inWine(), "HOME="+workshop), log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return "", fmt.Errorf("%s: %w: %s", argv, err, said)
		}
	}
	return exe, nil
})

// endWindows ends what runs in the Windows of these tests, if there is one.
func endWindows() {
	cmd := exec.Command(wineserver, "--kill", "--wait")
	cmd.Env = inWine()
	_ = cmd.Run() // there may be none
}
