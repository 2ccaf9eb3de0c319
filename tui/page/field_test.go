package page

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sfauth/tui/world"
)

func FuzzField(f *testing.F) {
	for _, text := range world.Odd {
		f.Add(text, 7, 3, true)
		f.Add(text, 1, 99, false)
	}
	f.Fuzz(func(t *testing.T, text string, width, pos int, masked bool) {
		if width < 1 || width > 300 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 }) {
			return // what no field takes
		}
		in := NewField(text, "")
		in.Masked = masked
		for _, focused := range []bool{true, false} {
			if in.input.Blur(); focused {
				in.input.Focus()
			}
			in.input.SetCursor(pos)
			seen, x := in.window(width)
			if ansi.StringWidth(seen) > width || x < 0 || x >= width {
				t.Errorf("%q in %d cells: %q, cursor at %d", text, width, seen, x)
			}
		}
	})
}

func TestAnyTextFitsAnyField(t *testing.T) {
	for _, text := range world.Odd {
		for width := 1; width < 90; width++ {
			for _, pos := range []int{0, 1, 2, len([]rune(text)) / 2, len([]rune(text))} {
				f := NewField(text, "")
				f.input.Focus()
				f.input.SetCursor(pos)
				seen, x := f.window(width)
				if ansi.StringWidth(seen) > width || x < 0 || x >= width {
					t.Errorf("%q at %d in %d cells: %q, cursor at %d", text, pos, width, seen, x)
				}
			}
		}
	}
}

// What is drawn is counted in bytes that are allocated for it, which are the same on a
// busy machine.
func TestDrawingALongTextIsLinear(t *testing.T) {
	cost := func(n int) uint64 {
		f := NewField(strings.Repeat("x", n), "")
		f.input.Focus()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f.window(60)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if short, long := cost(4_000), cost(80_000); long > 40*short {
		t.Errorf("%d bytes for 4,000 characters, %d for 80,000", short, long)
	}
}

func TestAFieldIsDrawnWithinItsAllocations(t *testing.T) {
	f := NewField(strings.Repeat("x", 40), "")
	f.input.Focus()
	if n := testing.AllocsPerRun(100, func() { f.window(60) }); n > 8 {
		t.Errorf("%.0f allocations, want at most 8", n)
	}
}

func BenchmarkField(b *testing.B) {
	for _, n := range []int{40, 8_000, 80_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := NewField(strings.Repeat("x", n), "")
			f.input.Focus()
			for b.Loop() {
				f.window(60)
			}
		})
	}
}
