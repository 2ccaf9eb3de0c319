package cli

import (
	"strings"
	"testing"
	"time"

	"sfauth/keystore"
	"sfauth/tui/text"
)

func TestTheListIsATableUnderItsHeading(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	var b strings.Builder
	err := printList(&b, &text.English, []keystore.Connection{
		{Name: "acme", Username: "demo@acme.example", Domain: "acme.my.salesforce.com", Store: "keychain", AuthorizedAt: at},
		{Name: "acme-uat-of-the-long-name", Domain: "test.salesforce.com", Store: "file", AuthorizedAt: at},
	})
	lines := strings.Split(b.String(), "\n")
	if err != nil || len(lines) != 4 || lines[3] != "" {
		t.Fatalf("%v\n%s", err, b.String())
	}
	for heading, cells := range map[string][2]string{
		"NAME": {"acme ", "acme-uat-of-the-long-name "}, "USER": {"demo@acme.example ", " "},
		"DOMAIN": {"acme.my.salesforce.com ", "test.salesforce.com "}, "STORE": {"keychain ", "file "},
		"AUTHORISED": {at.Local().Format(time.DateTime), at.Local().Format(time.DateTime)},
	} {
		column := strings.Index(lines[0], heading)
		for i, cell := range cells {
			if column < 0 || !strings.HasPrefix(lines[i+1][column:], cell) {
				t.Errorf("%q is not under %s:\n%s", cell, heading, b.String())
			}
		}
	}
}

func TestAnEmptyListIsItsHeading(t *testing.T) {
	var b strings.Builder
	if err := printList(&b, &text.English, nil); err != nil || strings.Count(b.String(), "\n") != 1 {
		t.Errorf("%v, %q", err, b.String())
	}
}
