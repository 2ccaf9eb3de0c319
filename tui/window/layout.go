package window

// layout is how a window is divided: head, body and foot, in lines, and where they begin.
type layout struct {
	left, top, width int // of what is inside the card, where there is one
	head, body, foot int
	small            bool
	card, wide       bool
}

// The card that a larger window has in its middle. It is no lower than this, so that
// nothing jumps between the steps of a login.
const (
	cardWidth  = 80
	cardHeight = 24
	cardEdge   = 2 // cells at each side: the line and a blank
	wideWidth  = 160
)

// layout gives everything its place. A small window has the steps in one word and no
// asides; a tiny one has the body alone. The body is as high as it can become.
func (w *Window) layout() layout {
	l := layout{left: 2, small: w.Width < 60 || w.Height < 18}
	isAlone := w.IsAlone()
	v, ok := w.Screen.(wide)
	isWide := ok && v.Wide()
	switch {
	case w.Width < 20 || isAlone:
		l.left = 0
	case w.Width < 60:
		l.left = 1
	}
	l.width = min(w.Width-2*l.left, cardWidth-2*cardEdge)
	switch {
	case w.Height < 3:
	case w.Height < 6:
		l.foot = 1
	case w.Height < 10:
		l.head, l.foot = 1, 1
	case l.small:
		l.head, l.foot = 2, 2
	default:
		l.head, l.foot = 3, 2
	}
	step := Step(w.Screen)
	if step == 0 {
		l.head = min(l.head, 2) // the rail is a login's
	}
	room := w.Height
	switch {
	case isAlone:
		l.width = w.Width
	case isWide:
		l.width = min(w.Width-2*l.left, wideWidth)
		l.wide, l.left = true, (w.Width-l.width)/2
		room -= 2 // a line above and one below
	case w.Width >= cardWidth+4 && w.Height >= cardHeight+2:
		l.card, l.left = true, (w.Width-cardWidth)/2+cardEdge
		room -= 4 // the card's own lines, and one above and below it
		if step > 0 {
			l.head++
		}
	}
	l.body = max(0, room-l.head-l.foot)
	return l
}

// fit makes the card as low as a page lets it be, and says where its top is: at a third of
// what is free, however high the page of the moment is.
func (l layout) fit(lines, height int) layout {
	switch {
	case l.card:
		l.body = min(max(lines, cardHeight-2-l.head-l.foot), l.body)
		l.top = 1 + min((height-cardHeight)/3, height-1-l.head-l.body-l.foot-2)
	case l.wide:
		l.body = min(max(lines, cardHeight-2-l.head-l.foot), l.body)
		l.top = max(0, min((height-cardHeight)/3, height-l.head-l.body-l.foot-1))
	}
	return l
}
