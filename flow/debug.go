package flow

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
)

// Logged is an HTTP client for Client.HTTP that writes a line per request to w:
// method, host, path, status and Salesforce's error code. Queries, headers and all else
// in a body may be secret and are left out.
func Logged(w io.Writer) *http.Client {
	return &http.Client{Transport: logged{slog.New(slog.NewTextHandler(w, nil))}}
}

type logged struct{ log *slog.Logger }

func (l logged) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := transport.RoundTrip(r)
	status, code := 0, ""
	if res != nil {
		status, code = res.StatusCode, errorCode(res)
	}
	l.log.Info("request", "method", r.Method, "host", r.URL.Host, "path", r.URL.Path, "status", status, "error", code, "failed", err != nil)
	return res, err
}

var errorName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// errorCode is the `error` of an answer, where it is the name of one. The body can
// still be read.
func errorCode(res *http.Response) string {
	if res.StatusCode < 400 {
		return ""
	}
	start, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), res.Body), res.Body}
	var said struct {
		Code string `json:"error"`
	}
	if json.Unmarshal(start, &said) != nil || !errorName.MatchString(said.Code) {
		return ""
	}
	return said.Code
}
