//go:build unix

package desk

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"sfauth/flow/demo"
)

// workshop is where the program is built.
var workshop string

// Browser is what a browser was started with and had in front of it in the end.
type Browser struct {
	Args, Env            []string
	Address, Title, Text string
	History              []string
}

// Main runs tests whose binary is also the browser that $BROWSER names. real, where it
// is given, is one that does not only stand in: it does what as says, else false.
func Main(m *testing.M, real func(ctx context.Context, b *Browser, as, url string) (did bool, err error)) {
	if len(os.Args) == 5 && os.Args[1] == "as-browser" {
		browse(real, os.Args[2], os.Args[3], os.Args[4])
		os.Exit(0)
	}
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) { // by nohup, or a shell in the background: the program would ignore it, too
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	flag.Parse()
	flag.Set("test.parallel", "4") // what is tested mostly waits
	var err error
	if workshop, err = os.MkdirTemp("", "sfauth-built"); err != nil {
		panic(err)
	}
	code := m.Run()
	endWindows()
	os.RemoveAll(workshop)
	os.Exit(code)
}

// browse is the program behind $BROWSER: it does to the URL what the first
// argument says, and reports to a file what it saw.
func browse(real func(context.Context, *Browser, string, string) (bool, error), as, report, url string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	b := Browser{Args: os.Args, Env: os.Environ()}
	did, err := false, error(nil)
	if real != nil {
		did, err = real(ctx, &b, as, url)
	}
	if !did && (as == "allow" || as == "deny") {
		var p demo.Page
		p, err = demo.Visit(ctx, http.DefaultClient, url, as == "allow")
		b.Address, b.Title, b.Text = p.URL, p.Title, p.Body
	}
	if err != nil {
		b.Text = "error: " + err.Error()
	}
	text, _ := json.Marshal(b)
	os.WriteFile(report+".tmp", text, 0o600)
	os.Rename(report+".tmp", report)
}
