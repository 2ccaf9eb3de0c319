package flow

import (
	"io"
	"log/slog"
	"net/http"
)

// Logged is an HTTP client for Client.HTTP that writes a line per request to w:
// method, host, path and status. Queries, headers and bodies hold secrets and are
// left out.
func Logged(w io.Writer) *http.Client {
	return &http.Client{Transport: logged{slog.New(slog.NewTextHandler(w, nil))}}
}

type logged struct{ log *slog.Logger }

func (l logged) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := transport.RoundTrip(r)
	status := 0
	if res != nil {
		status = res.StatusCode
	}
	l.log.Info("request", "method", r.Method, "host", r.URL.Host, "path", r.URL.Path, "status", status, "failed", err != nil)
	return res, err
}
