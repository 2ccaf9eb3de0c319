package demo

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// Page is what a browser shows in the end.
type Page struct {
	URL         string
	Status      int
	Title, Body string
}

// StandIn is Visit for a person who cannot see the browser: where the visit ends on a page
// of the org, the error is the text of that page.
func StandIn(ctx context.Context, hc *http.Client, authorizeURL string, allow bool) error {
	page, err := Visit(ctx, hc, authorizeURL, allow)
	if failed, ok := errors.AsType[*url.Error](err); ok && strings.HasPrefix(failed.URL, "https:") {
		return fmt.Errorf("ERR_SSL_PROTOCOL_ERROR: %w", failed.Err) // Chromium's word; the address has the code in it
	}
	if err != nil {
		return err
	}
	org, err := url.Parse(authorizeURL)
	if err != nil || strings.HasPrefix(page.URL, org.Scheme+"://"+org.Host+"/") {
		return errors.New(decoded(page.Text()))
	}
	return nil
}

// decoded is an error of Salesforce's page as words: it is written there as in a query
// (SALESFORCE.md §4.1).
func decoded(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// Text is what a person reads on the page.
func (p Page) Text() string {
	seen := notText().ReplaceAllString(p.Body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(seen)), " ")
}

var notText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)<style.*?</style>|<p class="simulation">.*?</p>|<title>.*?</title>|<[^>]*>`)
})

// Visit is a person with a browser, who opens an authorize URL, presses Allow or Deny on the
// consent page, and ends on the page of the redirect URI. The error is that of a page that
// could not be loaded.
func Visit(ctx context.Context, hc *http.Client, authorizeURL string, allow bool) (Page, error) {
	browser := &http.Client{Transport: hc.Transport, Timeout: hc.Timeout} // follows redirects, whatever hc does
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, authorizeURL, nil)
	if err != nil {
		return Page{}, err
	}
	page, err := load(browser, r)
	form, hasForm := between(page.Body, `<form method="post" action="`, `"`)
	if err != nil || !hasForm {
		return page, err
	}
	handle, _ := between(page.Body, `name="handle" value="`, `"`)

	pressed := url.Values{"handle": {handle}, "answer": {"deny"}}
	if allow {
		pressed.Set("answer", "allow")
	}
	to, err := r.URL.Parse(form)
	if err != nil {
		return page, fmt.Errorf("the form leads nowhere: %w", err)
	}
	r, err = http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(pressed.Encode()))
	if err != nil {
		return page, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return load(browser, r)
}

func load(browser *http.Client, r *http.Request) (Page, error) {
	resp, err := browser.Do(r)
	if err != nil {
		return Page{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	page := Page{URL: resp.Request.URL.String(), Status: resp.StatusCode, Body: string(body)}
	page.Title, _ = between(page.Body, "<title>", "</title>")
	return page, err
}

// between is what stands after the first before, up to after.
func between(s, before, after string) (string, bool) {
	_, s, found := strings.Cut(s, before)
	s, _, closed := strings.Cut(s, after)
	return html.UnescapeString(s), found && closed
}
