package tui

import (
	"cmp"
	"fmt"
	"html"
	"image/color"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// film is what a terminal shows, one frame after another, as an SVG: without a script or a
// font of its own, and each piece of text held to its columns in whatever font there is.
type film struct {
	theme theme
	w, h  int    // of the window, in cells
	about string // for who cannot see it
	still int    // the frame for who wants no motion

	lasts    []time.Duration     // how long each frame is shown
	shown    map[string]*big.Int // by element, the frames that it is in
	elements []string            // in the order in which they came up
	styles   []string            // of text; the class of one is s and its place here
}

// theme is how a terminal is set.
type theme struct{ name, ground, text, edge, title string }

var (
	dark  = theme{"dark", "#16181d", "#d6d8dc", "#343942", "#8b919a"}
	light = theme{"light", "#ffffff", "#1f2328", "#d1d6dc", "#6a717a"}
)

// A cell, the margin around all of them, and the bar above, in pixels.
const (
	cellWidth, cellHeight = 9, 20
	margin, bar           = 12, 38
)

// piece is a part of a line that is one element.
type piece struct {
	x, cells int
	text     string
	style    string
	ground   string // "" for that of the terminal
	kind     kind
}

// kind is how a piece is held to its columns.
type kind int

const (
	noText kind = iota
	letter      // words, a space between them, as wide as their cells
	ofTwo       // letters of two cells, spread over them
	symbol      // one, which another font may have to draw, in the middle of its cell
	stroke      // lines and corners, which must meet: a path, and no text
)

// shoot takes what a model shows as a frame that lasts so long.
func (f *film) shoot(v tea.View, lasts time.Duration) {
	canvas := lipgloss.NewCanvas(f.w, f.h)
	canvas.Compose(lipgloss.NewLayer(v.Content))
	f.lasts = append(f.lasts, lasts)
	f.add(`<text class="m t" x="%d" y="%d">%s</text>`, f.w*cellWidth/2, 19-bar, html.EscapeString(v.WindowTitle))
	for y := range f.h {
		for _, p := range f.pieces(canvas, y) {
			if p.ground != "" {
				f.add(`<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, p.x*cellWidth, y*cellHeight, p.cells*cellWidth, cellHeight, p.ground)
			}
			f.draw(p, y)
		}
	}
	if c := v.Cursor; c != nil {
		f.add(`<rect x="%d" y="%d" width="2" height="%d" fill="%s"/>`, c.X*cellWidth, c.Y*cellHeight+1, cellHeight-2, f.theme.text)
	}
}

// add has an element in the latest frame.
func (f *film) add(format string, values ...any) {
	element := fmt.Sprintf(format, values...)
	if f.shown == nil {
		f.shown = map[string]*big.Int{}
	}
	if f.shown[element] == nil {
		f.shown[element] = new(big.Int)
		f.elements = append(f.elements, element)
	}
	f.shown[element].SetBit(f.shown[element], len(f.lasts)-1, 1)
}

// pieces are the parts of a line, from left to right.
func (f *film) pieces(canvas *lipgloss.Canvas, y int) (all []piece) {
	for x := 0; x < f.w; x++ {
		c := canvas.CellAt(x, y)
		if c == nil || c.Width == 0 { // the second half of a wide one
			continue
		}
		style, ground := f.style(c.Style.Fg, c.Style.Bg, c.Style.Attrs, c.Style.Underline != ansi.UnderlineNone)
		p := piece{x: x, cells: c.Width, text: c.Content, style: style, ground: ground, kind: kindOf(c.Content, c.Width)}
		last := len(all) - 1
		if last >= 0 && all[last].takes(p) {
			all[last].text += p.text
			all[last].cells += p.cells
			continue
		}
		all = append(all, p)
	}
	return all
}

// takes tells whether the next cell belongs to a piece.
func (p piece) takes(next piece) bool {
	switch {
	case p.ground != next.ground:
		return false
	case p.kind == noText:
		return next.kind == noText
	case p.kind == letter && next.kind == noText:
		return p.style == next.style && !strings.HasSuffix(p.text, " ")
	case p.style != next.style || p.kind != next.kind:
		return false
	case p.kind == stroke:
		return p.text[:len(next.text)] == next.text && across[next.text] != ""
	}
	return p.kind == letter || p.kind == ofTwo
}

func kindOf(text string, width int) kind {
	r, _ := utf8.DecodeRuneInString(text)
	switch {
	case text == "" || text == " ":
		return noText
	case across[text] != "" || corners[text] != "":
		return stroke
	case width == 2:
		return ofTwo
	case r < 0x250 || r == '…':
		return letter
	}
	return symbol
}

// across are the lines that go on from cell to cell, with their dashes; corners what stands alone,
// as a path in a cell whose middle is 0,0.
var (
	across  = map[string]string{"─": "none", "━": "none", "┄": "4 2", "┅": "4 2", "╌": "4 2"}
	corners = map[string]string{
		"│": "M0-10V10", "┃": "M0-10V10", "╭": "M0 10V5Q0 0 4.5 0", "╮": "M0 10V5Q0 0-4.5 0", "╰": "M0-10V-5Q0 0 4.5 0", "╯": "M0-10V-5Q0 0-4.5 0",
		"┌": "M0 10V0H4.5", "┐": "M0 10V0H-4.5", "└": "M0-10V0H4.5", "┘": "M0-10V0H-4.5", "├": "M0-10V10M0 0H4.5", "┤": "M0-10V10M0 0H-4.5",
	}
	heavy = "━┃┅"
)

func (f *film) draw(p piece, y int) {
	left, middle, base := p.x*cellWidth, y*cellHeight+cellHeight/2, y*cellHeight+15
	words := strings.TrimRight(p.text, " ")
	text, cells := html.EscapeString(words), ansi.StringWidth(words)
	switch p.kind {
	case ofTwo: // as large as their font has them, and the rest of their cells between them
		f.add(`<text class="%s w" x="%d" y="%d" textLength="%d">%s</text>`, p.style, left+1, base, cells*cellWidth-2, text)
	case letter:
		f.add(`<text class="%s" x="%d" y="%d" textLength="%d">%s</text>`, p.style, left, base, cells*cellWidth, text)
	case symbol:
		f.add(`<text class="%s m" x="%g" y="%d">%s</text>`, p.style, float64(left)+cellWidth/2., base, text)
	case stroke:
		r, size := utf8.DecodeRuneInString(p.text)
		thick := ""
		if strings.ContainsRune(heavy, r) {
			thick = ` stroke-width="2.5"`
		}
		if dashes := across[p.text[:size]]; dashes == "none" {
			f.add(`<path class="%s" d="M%d %dh%d"%s/>`, p.style, left, middle, p.cells*cellWidth, thick)
		} else if dashes != "" {
			f.add(`<path class="%s" d="M%d %dh%d"%s stroke-dasharray="%s"/>`, p.style, left, middle, p.cells*cellWidth, thick, dashes)
		} else {
			f.add(`<path class="%s" d="%s" transform="translate(%g %d)"%s/>`, p.style, corners[p.text], float64(left)+cellWidth/2., middle, thick)
		}
	}
}

// The attributes of a cell that pictures have.
const (
	bold = 1 << iota
	faint
	italic
	_
	_
	reverse
)

// style is the class of a cell's text, and its ground.
func (f *film) style(fg, bg color.Color, attributes uint8, underlined bool) (class, ground string) {
	text, ground := cmp.Or(f.hex(fg), f.theme.text), f.hex(bg)
	if attributes&reverse != 0 {
		text, ground = cmp.Or(ground, f.theme.ground), text
	}
	style := "color:" + text
	for _, has := range []struct {
		it   bool
		says string
	}{
		{attributes&bold != 0, "font-weight:700"}, {attributes&faint != 0, "opacity:.6"},
		{attributes&italic != 0, "font-style:italic"}, {underlined, "text-decoration:underline"},
	} {
		if has.it {
			style += ";" + has.says
		}
	}
	i := slices.Index(f.styles, style)
	if i < 0 {
		i = len(f.styles)
		f.styles = append(f.styles, style)
	}
	return fmt.Sprint("s", i), ground
}

func (f *film) hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// svg is the whole picture. Pieces that come and go together are one group; the film is played
// three times. A reader who wants no motion, or whose viewer knows none, sees the still frame,
// with which the film ends.
func (f *film) svg() string {
	var b strings.Builder
	w, h := f.w*cellWidth+2*margin, f.h*cellHeight+bar+margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n", w, h, w, h, html.EscapeString(f.about))
	b.WriteString("<style>\ntext{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\"Liberation Mono\",monospace;fill:currentColor;white-space:pre}\n" +
		".w{font-size:16px}\n.m{text-anchor:middle}\n.t{font-size:12px;color:" + f.theme.title + "}\npath{fill:none;stroke:currentColor}\n")
	for i, s := range f.styles {
		fmt.Fprintf(&b, ".s%d{%s}\n", i, s)
	}
	groups, order := map[string][]string{}, []string{}
	for _, e := range f.elements {
		frames := f.shown[e].Text(36)
		if groups[frames] == nil {
			order = append(order, frames)
		}
		groups[frames] = append(groups[frames], e)
	}
	var total time.Duration
	for _, d := range f.lasts {
		total += d
	}
	for i, frames := range order {
		f.keyframes(&b, i, f.shown[groups[frames][0]], total)
	}
	b.WriteString("@media(prefers-reduced-motion:reduce){g{animation:none!important}}\n</style>\n")
	fmt.Fprintf(&b, `<rect x=".5" y=".5" width="%d" height="%d" rx="10" fill="%s" stroke="%s"/>`+"\n", w-1, h-1, f.theme.ground, f.theme.edge)
	for i := range 3 {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="5" fill="%s"/>`+"\n", 20+i*18, 15, f.theme.edge)
	}
	fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", margin, bar)
	for i, frames := range order {
		fmt.Fprintf(&b, "<g class=\"g%d\">\n%s\n</g>\n", i, strings.Join(groups[frames], "\n"))
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// keyframes has a group come and go. One that is in every frame has none.
func (f *film) keyframes(b *strings.Builder, group int, frames *big.Int, total time.Duration) {
	if frames.BitLen() == len(f.lasts) && new(big.Int).Add(frames, big.NewInt(1)).TrailingZeroBits() == uint(len(f.lasts)) {
		return
	}
	fmt.Fprintf(b, ".g%d{opacity:%d;animation:g%d %gs step-end 3}@keyframes g%d{", group, frames.Bit(f.still), group, total.Seconds(), group)
	var at time.Duration
	for i, d := range f.lasts {
		if i == 0 || frames.Bit(i) != frames.Bit(i-1) {
			fmt.Fprintf(b, "%.4g%%{opacity:%d}", 100*at.Seconds()/total.Seconds(), frames.Bit(i))
		}
		at += d
	}
	b.WriteString("}\n")
}
