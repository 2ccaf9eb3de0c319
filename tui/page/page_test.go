package page

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Every line of an address that is a link has all of the URL in it.
func TestALongAddressIsDrawnInProportionToItsLength(t *testing.T) {
	drawn := func(url string) string {
		p := NewPage(&Styles{}, 80, false)
		p.Address(0, url)
		return strings.Join(p.Lines, "\n")
	}
	short := "https://acme.my.salesforce.com/services/oauth2/authorize?scope=" + strings.Repeat("a", 300)
	if got := drawn(short); strings.Count(got, short) != 5 {
		t.Errorf("an address is not one link on its five lines: %q", got)
	}
	long := short + strings.Repeat("a", 20_000)
	if got := drawn(long); strings.ReplaceAll(ansi.Strip(got), "\n", "") != long || len(got) > 2*len(long) {
		t.Errorf("an address of %d bytes is drawn with %d", len(long), len(got))
	}
}
