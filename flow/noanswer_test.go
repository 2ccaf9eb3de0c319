package flow_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sfauth/flow"
)

// authority is a certificate authority that no system trusts unless it is told to.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // its certificate, PEM
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	var err error
	a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	must(t, err)
	a.cert, err = x509.ParseCertificate(der)
	must(t, err)
	a.file = filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return a
}

// serves answers OpenID discovery over TLS, with a certificate for that name and time.
func (a *authority) serves(t *testing.T, name string, until time.Time) (address string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{name}, NotBefore: until.Add(-time.Hour), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	must(t, err)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		_ = (&http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"issuer":"https://%s"}`, r.Host)
		})}).Serve(l)
	}()
	return "https://localhost:" + portOf(l)
}

func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// says is a server that reads the head of one request and answers with these bytes; then it
// hangs up, or stays silent.
func says(t *testing.T, answer string, hangUp bool) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			go func() {
				_, _ = http.ReadRequest(bufio.NewReader(c))
				_, _ = io.WriteString(c, answer)
				if hangUp {
					c.Close()
				}
			}()
		}
	}()
	return "127.0.0.1:" + portOf(l)
}

// deserted is an address at which nobody listens.
func deserted(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	l.Close()
	return l.Addr().String()
}

// probe asks a host in a process of its own, since Go reads proxies and roots once.
func probe(t *testing.T, address string, env ...string) (kind flow.Kind, said string) {
	t.Helper()
	self := exec.Command(os.Args[0], "-test.run=^TestProbe$")
	self.Env = append([]string{"PATH=" + os.Getenv("PATH"), "FLOW_TEST_PROBE=" + address}, env...)
	out, err := self.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, text, _ := strings.Cut(string(out), "kind ")
	text, _, _ = strings.Cut(text, "\n")
	word, said, _ := strings.Cut(text, " ")
	return flow.Kind(word), said
}

// TestProbe is the process that probe starts.
func TestProbe(t *testing.T) {
	address := os.Getenv("FLOW_TEST_PROBE")
	if address == "" {
		t.Skip("for another test")
	}
	d, err := flow.ParseDomain(address)
	must(t, err)
	err = new(flow.Client).Discover(t.Context(), d)
	if err == nil {
		fmt.Println("kind ok")
		return
	}
	fmt.Printf("kind %s %v\n", flow.KindOf(err), err)
}

func TestEachCauseThatNoAnswerComesHasItsOwnName(t *testing.T) {
	own, other := newAuthority(t), newAuthority(t)
	later, ago := time.Now().Add(time.Hour), time.Now().Add(-time.Minute)
	good := own.serves(t, "localhost", later)
	known := "SSL_CERT_FILE=" + own.file
	notPEM := filepath.Join(t.TempDir(), "not.pem")
	must(t, os.WriteFile(notPEM, []byte("no certificate"), 0o600))
	const far = "https://acme.my.salesforce.com" // only a proxy could reach this host
	for name, row := range map[string]struct {
		address string
		env     []string
		kind    flow.Kind
	}{
		"all is well":              {good, []string{known}, "ok"},
		"unknown authority":        {good, []string{"SSL_CERT_FILE=" + other.file}, flow.KindCAUnknown},
		"another name":             {own.serves(t, "elsewhere.example", later), []string{known}, flow.KindCertificateName},
		"a name with escapes":      {own.serves(t, "x\x1b]0;pwn\x07y", later), []string{known}, flow.KindCertificateName},
		"expired":                  {own.serves(t, "localhost", ago), []string{known}, flow.KindCertificateExpired},
		"no TLS there":             {"https://localhost:" + strings.TrimPrefix(says(t, "HTTP/1.0 400 Bad Request\r\n\r\n", true), "127.0.0.1:"), []string{known}, flow.KindTLS},
		"roots are missing":        {good, []string{"SSL_CERT_FILE=/nowhere/ca.pem"}, flow.KindCAFile},
		"roots are no PEM":         {good, []string{"SSL_CERT_FILE=" + notPEM}, flow.KindCAFile},
		"refused":                  {"http://" + deserted(t), nil, flow.KindRefused},
		"reset":                    {"http://" + says(t, "", true), nil, flow.KindReset},
		"cut off":                  {"http://" + says(t, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", true), nil, flow.KindTruncated},
		"a proxy that is down":     {far, []string{"HTTPS_PROXY=http://" + deserted(t)}, flow.KindProxyDown},
		"a proxy's password":       {far, []string{"HTTPS_PROXY=http://" + says(t, "HTTP/1.1 407 Pay\x1b[2J\r\n\r\n", true)}, flow.KindProxyPassword},
		"a proxy that refuses":     {far, []string{"HTTPS_PROXY=http://" + says(t, "HTTP/1.1 403 No\x1b[2J\r\n\r\n", true)}, flow.KindProxyRefuses},
		"https before a proxy":     {far, []string{"HTTPS_PROXY=https://" + says(t, "HTTP/1.1 400 Bad\r\n\r\n", true)}, flow.KindProxyTLS},
		"a proxy that is none":     {far, []string{"HTTPS_PROXY=http://bob:p%ss@proxy:8080"}, flow.KindProxyInvalid},
		"busy: 429":                {"http://" + says(t, "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", true), nil, flow.KindRateLimit},
		"busy: 503":                {"http://" + says(t, "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", true), nil, flow.KindServerBusy},
		"420":                      {"http://" + says(t, "HTTP/1.1 420 Calm\r\nContent-Length: 0\r\n\r\n", true), nil, flow.KindScratchExpired},
		"a page of somebody":       {"http://" + says(t, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", true), nil, flow.KindNotSalesforce},
		"a status line of its own": {"http://" + says(t, "\x1b]0;pwn\x07\r\n\r\n", true), nil, flow.KindNotSalesforce},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind, said := probe(t, row.address, row.env...)
			if kind != row.kind {
				t.Errorf("%s, want %s: %s", kind, row.kind, said)
			}
			if strings.ContainsAny(said, "\x1b\x07") || strings.Contains(said, "p%ss") {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// The race detector is what fails here.
func TestADialThatOutlivesItsRequestTouchesNothingOfIt(t *testing.T) {
	dials, requests := atomic.Int32{}, atomic.Int32{}
	dialling, dialled := make(chan struct{}), make(chan struct{})
	dial := filepath.Join(t.TempDir(), "dial") // a channel would put in order what has none
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	host := "http://" + l.Addr().String()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-dialling // the second request waits for a connection of its own, and will get this one
		if requests.Add(1) == 2 {
			_ = os.Mkdir(dial, 0o700)
		}
		fmt.Fprintf(w, `{"issuer":%q}`, host)
	})}
	go server.Serve(l)
	defer server.Close()
	client := &flow.Client{HTTP: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials.Add(1) == 2 {
			defer close(dialled)
			close(dialling)
			for _, err := os.Stat(dial); err != nil; _, err = os.Stat(dial) {
				runtime.Gosched()
			}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}}}
	d, err := flow.ParseDomain(host)
	must(t, err)
	first := make(chan error)
	go func() { first <- client.Discover(t.Context(), d) }()
	for dials.Load() == 0 {
		runtime.Gosched()
	}
	if err := client.Discover(t.Context(), d); err != nil {
		t.Error(err)
	}
	<-dialled
	if err := <-first; err != nil {
		t.Error(err)
	}
}
