package flow

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"sfauth/keystore"
)

// Over HTTP/2 net/http would send a POST again for as long as this server does not
// want it.
func TestARefreshTokenIsSentOnceToAServerThatSpeaksHTTP2Alone(t *testing.T) {
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var came atomic.Int32
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go refuseHTTP2(conn, &came)
		}
	}()

	domain, err := ParseDomain("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	trusting := transport.Clone()
	trusting.TLSClientConfig.RootCAs = x509.NewCertPool()
	trusting.TLSClientConfig.RootCAs.AddCert(certified.Certificate())
	c := &Client{HTTP: &http.Client{Transport: trusting}}
	_, err = c.refresh(context.Background(), clientCredentials{domain: domain, id: "3MVG9"}, keystore.NewSecret("5Aep"), nil)
	if err == nil || came.Load() != 1 {
		t.Errorf("it came %d times: %v", came.Load(), err)
	}
}

// refuseHTTP2 answers each request of a connection with RST_STREAM and PROTOCOL_ERROR
// (RFC 9113 §6.4), the third by hanging up, and whatever is not HTTP/2 with nothing.
func refuseHTTP2(conn net.Conn, came *atomic.Int32) {
	defer conn.Close()
	const preface, header, data, endOfStream = 24, 9, 0, 1
	r := bufio.NewReader(conn)
	if start, _ := r.Peek(preface); !bytes.HasPrefix(start, []byte("PRI * HTTP/2.0")) {
		came.Add(1)
		return
	}
	_, _ = r.Discard(preface)
	_, _ = conn.Write([]byte{0, 0, 0, 4, 0, 0, 0, 0, 0}) // SETTINGS
	for frame := make([]byte, header); ; {
		if _, err := io.ReadFull(r, frame); err != nil {
			return
		}
		_, _ = r.Discard(int(binary.BigEndian.Uint32(frame) >> 8))
		if frame[3] == data && frame[4]&endOfStream != 0 {
			if came.Add(1) > 2 {
				return
			}
			reset := []byte{0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1}
			copy(reset[5:9], frame[5:9])
			_, _ = conn.Write(reset)
		}
	}
}
