//go:build linux

package endtoend

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBench prints how sfauth compares with other ways to the same end; .ci/bench
// runs it. It fails where something that it measures fails.
func TestBench(t *testing.T) {
	if os.Getenv("SFAUTH_BENCH") == "" {
		t.Skip("figures: .ci/bench prints them")
	}
	t.Run("size", benchSize)
	t.Run("start", benchStart)
	t.Run("token", benchToken)
	t.Run("postgres", benchPostgres)
	t.Run("crowd", benchCrowd)
	t.Run("login", benchLogin)
	t.Run("idle", benchIdle)
	t.Run("check", benchCheck)
	t.Run("callback", benchCallback)
}

func benchSize(t *testing.T) {
	b := newBench(t, "size", "nothing")
	file, err := os.Stat(b.Binary())
	if err != nil {
		t.Fatal(err)
	}
	b.print("binary, stripped", "%.1f MB", float64(file.Size())/1e6)
}

func benchStart(t *testing.T) {
	b := newBench(t, "start", "nothing")
	empty := b.took(b.empty())
	libraries := b.libraries()
	b.compare("imports of the libraries alone", 100, b.took(b.empty(libraries...)), "empty Go program", empty)
	libraries = slices.DeleteFunc(libraries, func(path string) bool { return strings.HasPrefix(path, "github.com/jackc/") })
	b.compare("without PostgreSQL's driver", 100, b.took(b.empty(libraries...)), "empty Go program", empty)
	b.compare("--version", 100, b.took(b.Binary(), "--version"), "empty Go program", empty)
	for _, n := range []int{3, 100, 1_000, 10_000} {
		b.lists(n)
		b.compare(fmt.Sprintf("list, %d connections", n), 40, b.took(b.Binary(), "list"), "empty Go program", empty)
	}
}

func benchToken(t *testing.T) {
	b := newBench(t, "token", "allow")
	b.Keyring()
	b.Connect()
	id := b.Saved()[0]["id"].(string)
	lookup := []string{"secret-tool", "lookup", "service", "sfauth", "username", id}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {b.App.ClientID}, "client_secret": {b.App.ClientSecret},
		"refresh_token": {b.Stored().RefreshToken}}.Encode()
	token := []string{b.Binary(), "token", "acme"}
	b.compare("token, cached", 60, b.took(token...), "secret-tool lookup", b.took(lookup...))
	if _, err := exec.LookPath("curl"); err != nil {
		b.print("token --fresh", "curl: missing")
		return
	}
	b.compare("token --fresh", 60, b.took(append(token, "--fresh")...), "secret-tool lookup + curl", func() time.Duration {
		began := time.Now()
		b.output("", lookup...)
		if said := b.output(form, "curl", "-sS", "--data-binary", "@-", b.Domain+"/services/oauth2/token"); !strings.Contains(said, "access_token") {
			t.Fatal("curl got no access token")
		}
		return time.Since(began)
	})
}

// benchPostgres compares a token that is cached in PostgreSQL, for which sfauth makes one
// SELECT, with psql and the least of statements.
func benchPostgres(t *testing.T) {
	e := newEstate(t)
	b := &bench{e.desk, "postgres"}
	e.on("one", "doctor --create-table")
	e.connects("one", "acme", "--store postgres")
	e.does("two", "token acme")
	b.Set("SFAUTH_HOME=" + e.desk.Dir + "/two")
	b.compare("token, cached in PostgreSQL", 60, b.took(b.Binary(), "token", "acme"), "psql -c 'SELECT 1'", b.took(e.Program("psql"), "-X", "-c", "SELECT 1"))
}

func benchCrowd(t *testing.T) {
	d := newDesk(t, "allow") // its org rotates
	b := &bench{d, "crowd"}
	b.Keyring()
	b.Connect()
	for _, flags := range [][]string{nil, {"--fresh"}} {
		argv := append([]string{b.Binary(), "token", "acme"}, flags...)
		for _, n := range []int{8, 40, 100} {
			b.compare(strings.Join(append([]string{fmt.Sprint(n, " x token")}, flags...), " "), 3, func() time.Duration { return b.crowd(n, argv) },
				"one after the other", func() time.Duration {
					began := time.Now()
					for range n {
						b.output("", argv...)
					}
					return time.Since(began)
				})
		}
	}
}

// crowd is how long n processes take that are started at once, of which none may fail.
func (b *bench) crowd(n int, argv []string) time.Duration {
	b.T.Helper()
	all := make([]*exec.Cmd, n)
	began := time.Now()
	for i := range all {
		all[i] = exec.Command(argv[0], argv[1:]...)
		all[i].Env = b.Env
		if err := all[i].Start(); err != nil {
			b.T.Fatal(err)
		}
	}
	failed := 0
	for _, cmd := range all {
		if cmd.Wait() != nil {
			failed++
		}
	}
	took := time.Since(began)
	if failed > 0 {
		b.T.Errorf("%d of %d failed: %q", failed, n, argv)
	}
	return took
}

func benchLogin(t *testing.T) {
	b := newBench(t, "login", "nothing")
	b.Keyring()
	argv := append([]string{b.Binary()}, b.LoginArgs("--plain")...)
	var browser, saved []time.Duration
	var peak int64
	for range 15 {
		o, took := b.opens(b.App.ClientSecret+"\n", argv...)
		peak = max(peak, o.peak())
		began := time.Now()
		o.ends()
		browser, saved = append(browser, took), append(saved, time.Since(began))
		b.output("", b.Binary(), "remove", "acme", "--yes")
	}
	b.print("login --plain, to the browser", "%s, peak memory %s", short(median(browser)), mib(peak))
	b.print("login --plain, allowed to saved", "%s", short(median(saved)))

	sf, err := exec.LookPath("sf")
	if err != nil || exec.Command(sf, "--version").Run() != nil {
		b.print("the vendor's CLI, to the browser", "missing; BENCH_VENDOR=1 takes it from npm")
		return
	}
	vendor := []string{sf, "org", "login", "web", "--instance-url", b.Domain}
	var theirs int64
	took, _, ratio := inTurn(5, func() time.Duration {
		o, took := b.opens("", vendor...)
		defer o.kill()
		theirs = max(theirs, o.peak())
		return took
	}, func() time.Duration {
		o, took := b.opens(b.App.ClientSecret+"\n", argv...)
		defer o.kill()
		return took
	})
	b.print("the vendor's CLI, to the browser", "%s: %.1f x sfauth's, peak memory %s: %.1f x, on disk %s",
		short(took), ratio, mib(theirs), float64(theirs)/float64(peak), mib(onDisk(sf)))
}

// onDisk is what the modules take that a program of npm's is made of.
func onDisk(program string) (n int64) {
	program, _ = filepath.EvalSymlinks(program)
	root, _, _ := strings.Cut(program, "/node_modules/")
	filepath.WalkDir(filepath.Join(root, "node_modules"), func(_ string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := e.Info(); err == nil && e.Type().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
