package demo

import (
	"net/http"
	"testing"
)

func TestStartServesAnOrgOnLoopback(t *testing.T) {
	org, url, app, stop, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Get(url + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if token := org.Approve(app.ClientID); r.StatusCode != http.StatusOK || !org.RefreshValid(token) {
		t.Errorf("got %d", r.StatusCode)
	}
	stop()
	if r, err := http.Get(url); err == nil {
		_ = r.Body.Close()
		t.Error("still answers")
	}
}
