package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is sfauth itself in the scripts. What needs a terminal, a keyring
// or a browser is in tui/endtoend.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sfauth": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("tui", "testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv("SFAUTH_HOME", filepath.Join(e.WorkDir, "sfauth"))
			e.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(e.WorkDir, "no-bus"))
			return nil
		},
	})
}

// exits CODE COMMAND... runs a command that must end with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// testsOfTheTree are the names of all tests, with the folders that have one of that name.
func testsOfTheTree(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && testName.MatchString(f.Name.Name) {
				all[f.Name.Name] = append(all[f.Name.Name], filepath.Dir(name))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var testName = regexp.MustCompile(`^(Test|Fuzz|Benchmark)[A-Z]\w*$`)

func TestEveryPromiseNamesTheTestsThatHoldIt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(".github", "QUALITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := testsOfTheTree(t)
	promises := strings.Split(string(text), "\n* ")[1:]
	if len(promises) < 50 {
		t.Fatalf("only %d promises were found", len(promises))
	}
	for _, p := range promises {
		p, _, _ = strings.Cut(p, "\n## ")
		promise, tests, _ := strings.Cut(strings.Join(strings.Fields(p), " "), " → ")
		names := strings.Split(strings.TrimSuffix(tests, "."), ", ")
		if tests == "" {
			t.Errorf("nothing holds: %s", promise)
			continue
		}
		t.Log(promise)
		for _, name := range names {
			if all[name] == nil {
				t.Errorf("there is no test %s, to hold: %s", name, promise)
			}
			t.Logf("    %s (%s)", name, strings.Join(all[name], ", "))
		}
	}
}

// net/http quotes, on the log of the process, what a host sends without having been asked.
func TestNoLibraryWritesToStderr(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	unasked := make(chan struct{}) // until it has been noticed
	noticed := sync.OnceFunc(func() { close(unasked) })
	answer := func(c net.Conn) {
		defer c.Close()
		r, err := http.ReadRequest(bufio.NewReader(c))
		switch {
		case err != nil:
		case r.URL.Path == "/again":
			<-unasked
			fmt.Fprint(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		default:
			fmt.Fprint(c, "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\nunasked")
			_, _ = io.Copy(io.Discard, c)
			noticed()
		}
	}
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			go answer(c)
		}
	}()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "doctor", "--domain", "http://"+l.Addr().String())
	cmd.Args[0] = "sfauth"
	cmd.Env = append(os.Environ(), "SFAUTH_LANG=en", "SFAUTH_HOME="+t.TempDir(), "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); !errors.As(err, new(*exec.ExitError)) || said.String() != "sfauth: doctor: not everything works here\n" {
		t.Errorf("%v: %s", err, &said)
	}
}

// What a package makes for its variables is made at every start, for `token` too.
func TestAStartStaysWithinItsAllocations(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "--version")
	cmd.Args[0] = "sfauth"
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace strings.Builder
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(trace.String(), "init github.com/atotto/clipboard ") {
		t.Error("programs that copy are looked for at every start")
	}
	packages, sum := 0, 0
	for line := range strings.Lines(trace.String()) {
		var name string
		var at, took float64
		var bytes int
		if n, _ := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes", &name, &at, &took, &bytes); n == 4 && strings.HasPrefix(name, "sfauth/") {
			packages, sum = packages+1, sum+bytes
			if bytes > 30_000 {
				t.Errorf("%s allocates %d bytes", name, bytes)
			}
		}
	}
	if packages < 5 || sum > 60_000 {
		t.Errorf("%d packages allocate %d bytes", packages, sum)
	}
}
