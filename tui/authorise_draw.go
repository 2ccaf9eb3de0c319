package tui

import (
	"net/url"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
)

// Draw shows the checklist, then the link. Without a browser the link and the
// field to paste into come first, and of the checklist the line that counts. A
// small window puts the link last, since it is long.
func (a *authorise) Draw(p *page.Page) {
	t := a.w.text.Authorise
	waits := a.stage == stageWait && a.url != ""
	byHand := waits && (a.browser != nil || a.only) && a.w.demo == nil
	heading := t.Heading
	switch {
	case a.stage > stageWait:
		heading = t.HeadingTokens
	case byHand:
		heading = t.HeadingNoBrowser
	}
	p.Heading(heading)
	if byHand && !p.Small {
		p.Address(0, a.url)
		p.Gap()
	}
	if a.pasting {
		a.drawPaste(p)
	}
	if byHand {
		a.drawForward(p)
	}
	a.checklist(p, byHand || p.Small)
	a.notes(p)
	switch {
	case byHand && p.Small:
		p.Address(0, a.url)
	case waits && !byHand && !a.pasting:
		p.Gap()
		a.drawLink(p)
	}
}

// drawLink is one line where the terminal makes links; elsewhere the link has to be there
// in full.
func (a *authorise) drawLink(p *page.Page) {
	t := a.w.text.Authorise
	if a.w.Terminal.Links {
		p.Line(p.Style.Dim.Render(t.NoWindow), "  ", p.Link(t.LoginPage, a.url), "   ", p.Style.Dim.Render(t.CopyOrShow))
		return
	}
	p.Prose(p.Style.Dim, t.NoWindow+" "+t.OpenLink)
	p.Address(0, a.url)
}

func (a *authorise) drawPaste(p *page.Page) {
	p.Prose(p.Style.Plain, a.w.text.Authorise.PasteLabel)
	p.Field(true, 0, a.paste)
	p.Aside("  " + a.w.text.Authorise.PasteBeside)
	p.Gap()
}

// drawForward lets a browser on another machine reach the listener on this one.
func (a *authorise) drawForward(p *page.Page) {
	if port := a.port(); port != "" && !p.Small {
		p.Prose(p.Style.Dim, a.w.text.Authorise.Forward)
		p.Line("  ", a.w.text.Authorise.ForwardBy(port))
		p.Gap()
	}
}

// port is the callback's, "" when nothing is listened for.
func (a *authorise) port() string {
	u, err := url.Parse(a.callback)
	if err != nil || a.only {
		return ""
	}
	if u.Port() == "" {
		return "80"
	}
	return u.Port()
}

// notes are what else is worth knowing while waiting.
func (a *authorise) notes(p *page.Page) {
	t := a.w.text.Authorise
	if a.stage != stageWait {
		return
	}
	if a.w.demo != nil && !a.pasting {
		p.Gap()
		p.Prose(p.Style.Warn, t.StandIn)
	}
	if doubt := a.w.request.Domain.Doubt(); doubt != "" { // the person has confirmed the host, and should see that it is none of Salesforce's
		p.Gap()
		p.Prose(p.Style.Warn, a.w.text.Authorise.Doubted(a.w.request.Domain.String(), a.w.text.Explain(doubt, a.w.request).Why))
	}
	if a.w.demo != nil && a.w.demo.Fault != "" {
		p.Prose(p.Style.Warn, t.FaultNow(a.w.text.Faults.Of(a.w.demo.Fault)))
	}
	if a.shows != "" {
		p.Prose(p.Style.Bad, t.Shows(a.shows))
	}
	switch {
	case a.foreign:
		p.Gap()
		p.Prose(p.Style.Warn, t.OtherUser)
	case a.tls:
		p.Gap()
		p.Prose(p.Style.Warn, t.InsistsOnTLS)
	case a.strays > 0:
		p.Gap()
		p.Prose(p.Style.Dim, t.Ignored(a.strays))
	}
}

// checklist ticks in front of the person; the short one is the current line.
func (a *authorise) checklist(p *page.Page, short bool) {
	t := a.w.text.Authorise
	browser := t.BrowserOpened
	if a.stage > stageBrowser && a.browser != nil {
		browser = t.BrowserNot
	}
	keychain := t.Keychain
	switch login.GoesTo(a.w.client, a.w.request) {
	case login.FileStore:
		keychain = t.File
	case keystore.PostgresKind:
		keychain = t.Database
	}
	items := []struct{ text, beside string }{
		{keychain, a.keychainBeside()}, {t.Listen, a.listenBeside()}, {browser, a.browserBeside()},
		{t.Wait, a.countdown()}, {t.Exchange, ""}, {t.Identify, ""}, {t.Save, a.saveBeside()}, {t.AskName, ""},
	}
	if a.w.request.Existing != nil {
		items = append(items, struct{ text, beside string }{t.Revoke, ""})
	}
	current := min(a.stage, stage(len(items)-1))
	room := page.Column(keychain, t.Listen, browser, t.Wait, t.Exchange, t.Identify, t.Save, t.Revoke)
	if short {
		room = page.Column(items[current].text)
	}
	for i, it := range items {
		s := stage(i)
		if s != current && (short || s == stageName) { // the name of the user is asked for after the save, and holds nothing up
			continue
		}
		mark, st := p.Style.Dim.Render(page.MarkLater), p.Style.Dim
		switch {
		case s < a.stage && s == stageBrowser && a.browser != nil, s < a.stage && s == stageListen && a.only:
		case s < a.stage:
			mark, st = p.Style.Good.Render(page.MarkDone), p.Style.Plain
		case s == a.stage:
			mark, st = p.Style.Accent.Render(a.spinner()), p.Style.Strong
		}
		beside := p.Style.Dim.Render(it.beside)
		if s == stageWait && s == a.stage && !p.Small {
			beside = a.bar(p, p.Width-room-2-ansi.StringWidth(beside)-2) + beside
		}
		if took := a.took[min(s, stageOver-1)]; took >= long && s < a.stage && s != stageWait {
			beside = p.Style.Dim.Render(t.Took(it.beside, int(took.Round(time.Second)/time.Second)))
		}
		if room+2+ansi.StringWidth(beside) <= p.Width || !short {
			p.Line(mark, " ", st.Render(page.Pad(it.text, room)), beside)
			continue
		}
		p.Line(mark, " ", st.Render(it.text))
		p.Line("  ", p.Style.Dim.Render(it.beside))
	}
}

func (a *authorise) keychainBeside() string {
	switch {
	case login.GoesTo(a.w.client, a.w.request) == login.FileStore: // the line names the file already
		return ""
	case a.stage == stageKeychain:
		return a.slowKeychain()
	}
	return a.vault
}

func (a *authorise) saveBeside() string {
	if a.stage != stageSave || login.GoesTo(a.w.client, a.w.request) == login.FileStore {
		return ""
	}
	return a.slowKeychain()
}

// slowKeychain says at once what the person has to do, and else, after a second, that they
// wait.
func (a *authorise) slowKeychain() string {
	if a.asks {
		return a.w.text.Authorise.KeychainAsks
	}
	if time.Since(a.since) < time.Second {
		return ""
	}
	return a.w.text.Authorise.KeychainSlow
}

func (a *authorise) listenBeside() string {
	if a.only {
		return a.w.text.Authorise.PasteOnly
	}
	_, address, _ := strings.Cut(a.callback, "://")
	return address
}

func (a *authorise) browserBeside() string {
	if a.stage <= stageBrowser || a.browser == nil {
		return ""
	}
	return a.w.text.Authorise.NoBrowser(a.browser)
}

// long is what a step takes noticeably: it is said then how long that was.
const long = 2 * time.Second

// bar drains while the person is waited for; in the last minute it warns. It takes what room
// the time in words leaves to it.
func (a *authorise) bar(p *page.Page, room int) string {
	cells := min(20, room)
	if a.deadline.IsZero() || cells < 6 {
		return ""
	}
	percent, _ := a.Percent()
	st := p.Style.Accent
	if time.Until(a.deadline) <= time.Minute {
		st = p.Style.Warn
	}
	return p.Bar(st, cells, 1-float64(percent)/100) + "  "
}

func (a *authorise) countdown() string {
	if a.stage != stageWait || a.deadline.IsZero() {
		return ""
	}
	left := int(max(0, time.Until(a.deadline)).Round(time.Second) / time.Second)
	if a.pasting { // the field takes + as text
		return a.w.text.Authorise.Left(left/60, left%60)
	}
	return a.w.text.Authorise.LeftWithMore(left/60, left%60)
}
