package tui

import (
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"

	"sfauth/tui/text"
	"sfauth/tui/window"
	"sfauth/tui/world"
)

// narrow asserts that a frame is as wide on a terminal that gives two cells to signs of
// ambiguous width.
func (d *driver) narrow(name string) {
	d.t.Helper()
	older := displaywidth.Options{EastAsianWidth: true}
	for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
		d.resize(size[0], size[1])
		for signs := graphemes.FromString(d.text()); signs.Next(); {
			if sign := signs.Value(); older.String(sign) != displaywidth.String(sign) {
				d.t.Errorf("%s, %dx%d: %q may be two cells wide:\n%s", name, size[0], size[1], sign, d.text())
				break
			}
		}
	}
	d.resize(80, 24)
}

func TestWhereSignsAreTwoCellsWideNothingIsTorn(t *testing.T) {
	for _, words := range []*text.Text{&text.English, &text.Japanese} {
		older := func(change func(w *screened, o *Options)) func(w *screened, o *Options) {
			return func(w *screened, o *Options) {
				if change != nil {
					change(w, o)
				}
				o.Text, o.Terminal = words, &window.Terminal{ASCII: true}
			}
		}
		inWorld(t, older(nil), func(w *screened) {
			w.narrow("org")
			w.allows().typ("http://" + world.LoginHost).wait(time.Second).press("enter").narrow("app")
			w.press("ctrl+o").narrow("steps")
			w.press("esc").paste(w.App.ClientID).press("enter").paste(w.App.ClientSecret).press("ctrl+t").narrow("advanced")
			w.press("ctrl+t", "enter").wait(2 * time.Second).narrow("authorise")
			w.press("?").narrow("help")
			w.press("?", "e").narrow("browser")
			w.press("esc").wait(20 * time.Second).narrow("done")
		})
		inWorld(t, older(refused), func(w *screened) { w.wait(25 * time.Second).narrow("trouble") })
		inWorld(t, older(atHome), func(w *screened) {
			w.wait(30 * time.Second).narrow("home")
			w.press("enter").narrow("details")
			w.press("esc", "x").narrow("remove")
		})
	}
}
