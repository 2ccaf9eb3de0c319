//go:build linux

package endtoend

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sfauth/flow/demo"
	at "sfauth/flow/endtoend/desk"
)

// bench is a desk at which a row of the table is measured.
type bench struct {
	*desk
	row string
}

// newBench has an org that does not rotate refresh tokens, so that curl may use one again.
func newBench(t *testing.T, row, browser string) *bench {
	b := &bench{&desk{Desk: at.New(t, browser)}, row}
	b.App.Rotation = false
	b.Org = demo.New(b.App)
	b.Post.Org = b.Org
	return b
}

// print is one line of the table, with how to repeat it.
func (b *bench) print(what, figures string, args ...any) {
	fmt.Printf("%-34s %-72s .ci/bench %s\n", what, fmt.Sprintf(figures, args...), b.row)
}

// compare prints what a and b take when they take turns.
func (b *bench) compare(what string, n int, a func() time.Duration, against string, other func() time.Duration) {
	b.T.Helper()
	ours, theirs, ratio := inTurn(n, a, other)
	b.print(what, "%s, %s %s: %.2f x", short(ours), against, short(theirs), ratio)
}

// inTurn runs a and b n times, one after the other, once unmeasured before: the medians,
// and the median of the pairs' ratios.
func inTurn(n int, a, b func() time.Duration) (ofA, ofB time.Duration, ratio float64) {
	a()
	b()
	var as, bs []time.Duration
	var ratios []float64
	for range n {
		as, bs = append(as, a()), append(bs, b())
		ratios = append(ratios, float64(as[len(as)-1])/float64(bs[len(bs)-1]))
	}
	return median(as), median(bs), median(ratios)
}

func median[T int64 | float64 | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

func short(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
}

// took is how long a program runs that must succeed.
func (b *bench) took(argv ...string) func() time.Duration {
	return func() time.Duration {
		began := time.Now()
		b.output("", argv...)
		return time.Since(began)
	}
}

// output is what a program prints that must succeed.
func (b *bench) output(stdin string, argv ...string) string {
	b.T.Helper()
	var out, errs strings.Builder
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = b.Env, strings.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil {
		b.T.Fatalf("%q: %v: %s", argv, err, &errs)
	}
	return out.String()
}

// empty is a Go program that imports some packages and does nothing.
func (b *bench) empty(imports ...string) string {
	b.T.Helper()
	name := fmt.Sprint("empty", len(imports))
	source, bin := filepath.Join(b.Dir, name+".go"), filepath.Join(b.Dir, name)
	var lines strings.Builder
	for _, path := range imports {
		fmt.Fprintf(&lines, "import _ %q\n", path)
	}
	if err := os.WriteFile(source, []byte("package main\n\n"+lines.String()+"\nfunc main() {}\n"), 0o600); err != nil {
		b.T.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", bin, source).CombinedOutput(); err != nil {
		b.T.Fatalf("%v: %s", err, out)
	}
	return bin
}

// libraries are what others wrote and sfauth imports, and Go's own HTTP client.
func (b *bench) libraries() []string {
	b.T.Helper()
	all := []string{"net/http"}
	for _, path := range strings.Fields(b.output("", "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "sfauth")) {
		if !strings.HasPrefix(path, "sfauth") && !slices.Contains(strings.Split(path, "/"), "internal") {
			all = append(all, path)
		}
	}
	return all
}

// opening is a program that opens a browser in the end.
type opening struct {
	*exec.Cmd
	b   *bench
	url string
}

// opens starts a program and waits until the browser that it opens runs.
func (b *bench) opens(stdin string, argv ...string) (*opening, time.Duration) {
	b.T.Helper()
	told, script := filepath.Join(b.Dir, "opened"), filepath.Join(b.Dir, "browser")
	if err := syscall.Mkfifo(told, 0o600); err != nil && !os.IsExist(err) {
		b.T.Fatal(err)
	}
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$1\" >"+told+"\n"), 0o700); err != nil {
		b.T.Fatal(err)
	}
	pipe, err := os.OpenFile(told, os.O_RDWR, 0) // for writing, too: opening does not wait, and reading does not end
	if err != nil {
		b.T.Fatal(err)
	}
	defer pipe.Close()
	pipe.SetReadDeadline(time.Now().Add(time.Minute))
	o := &opening{Cmd: exec.Command(argv[0], argv[1:]...), b: b}
	o.Env, o.Stdin = append(b.Env, "BROWSER="+script, "SF_DISABLE_TELEMETRY=true", "SF_AUTOUPDATE_DISABLE=true"), strings.NewReader(stdin)
	var said strings.Builder
	o.Stdout, o.Stderr = &said, &said
	began := time.Now()
	if err := o.Start(); err != nil {
		b.T.Fatal(err)
	}
	o.url, err = bufio.NewReader(pipe).ReadString('\n')
	took := time.Since(began)
	o.url = strings.TrimSpace(o.url)
	if err != nil {
		o.kill()
		b.T.Fatalf("%q opens no browser: %v: %s", argv, err, &said)
	}
	return o, took
}

// peak is the most memory that the program has had so far. What wait tells in the end includes
// the memory that the test had when it forked.
func (o *opening) peak() int64 {
	o.b.T.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", o.Process.Pid))
	if err != nil {
		o.b.T.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		o.b.T.Fatal(err)
	}
	return kib << 10
}

func (o *opening) kill() {
	o.Process.Kill()
	o.Wait()
}

// ends allows the access that it asks for and waits for it to be done.
func (o *opening) ends() {
	o.b.T.Helper()
	if _, err := demo.Visit(o.b.T.Context(), http.DefaultClient, o.url, true); err != nil {
		o.b.T.Fatal(err)
	}
	if err := o.Wait(); err != nil {
		o.b.T.Fatal(err)
	}
}

func mib(n int64) string { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }
