package demo

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// inJapan is a page as a browser gets it that reads Japanese before English.
func (w *world) inJapan(method, address string) string {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, address, nil)
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Accept-Language", "ja,en-US;q=0.9,en;q=0.8")
	resp, err := w.http.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	return string(body)
}

// sentence is three English words in a row; an error's own description is left as it is.
var (
	markupOf = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	sentence = regexp.MustCompile(`[A-Za-z]+( [a-z']{2,}){2,}`)
)

// inOneLanguage asserts that a page is in Japanese.
func (w *world) inOneLanguage(page string) {
	w.Helper()
	said := html.UnescapeString(strings.ReplaceAll(markupOf.ReplaceAllString(page, "\n"), genericDescription, ""))
	if left := sentence.FindString(said); left != "" || !strings.Contains(page, `<html lang="ja">`) {
		w.Errorf("%q is English:\n%s", left, said)
	}
}

func TestThePagesAreInJapaneseForABrowserThatReadsIt(t *testing.T) {
	in(t, nil, func(w *world) {
		for _, address := range []string{w.authorizeURL(), w.authorizeURL() + "&prompt=login", orgURL + "/nothing", orgURL + "/secur/logout.jsp", orgURL + errorPagePath} {
			w.inOneLanguage(w.inJapan(http.MethodGet, address))
		}
		if page := w.inJapan(http.MethodGet, w.authorizeURL()); !strings.Contains(page, ">許可</button>") {
			w.Error(page)
		}
		if _, page := w.get(w.authorizeURL(), ""); !strings.Contains(page, ">Allow</button>") {
			w.Error("no longer English for all others")
		}
		w.org.Fail("insufficient_privileges")
		w.inOneLanguage(w.inJapan(http.MethodGet, w.authorizeURL()))
	})
	in(t, func(a *App) { a.Unapproved = true }, func(w *world) { w.inOneLanguage(w.inJapan(http.MethodGet, setupURL)) })
}
