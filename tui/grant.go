package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
)

// draw has what is known, then what to do; a small window has them the other way
// round.
func (d *done) draw(p *page) {
	t := d.text.Done
	if d.failure == nil {
		p.line(p.st.good.Render(markDone), " ", p.st.strong.Render(t.Heading))
		p.gap()
		p.labelled(d.label(p, t.Name), d.form.on(d.name), d.name.field)
	} else {
		d.drawFailure(p)
	}
	d.value(p, t.User, d.grant.Connection.Username)
	if p.small {
		d.drawRows(p)
		d.drawConnection(p)
		return
	}
	d.drawConnection(p)
	p.gap()
	d.drawRows(p)
}

func (d *done) drawFailure(p *page) {
	trouble := d.explain(flow.KindOf(d.failure))
	p.line(p.st.bad.Render(markWrong), " ", p.st.strong.Render(d.text.Done.HeadingUnsaved))
	p.prose(p.st.plain, trouble.Title)
	p.aside(trouble.Meaning)
	for _, fix := range trouble.Fix {
		if !p.small {
			p.indented(markLater+" ", p.st.plain, fix)
		}
	}
	p.gap()
}

// label is one of a column of labels.
func (d *done) label(p *page, l string) string {
	t := d.text.Done
	return p.st.dim.Render(pad(l, column(t.Name, t.User, t.Org, t.Instance, t.Scopes, t.Store)))
}

// value is a line of what is known.
func (d *done) value(p *page, label, v string) {
	if v = keystore.Clean(v, 120); v == "" {
		v = d.text.Done.NotSaid
	}
	p.line(d.label(p, label), v)
}

// drawConnection is what is known besides the name and the user.
func (d *done) drawConnection(p *page) {
	t, c := d.text.Done, d.grant.Connection
	d.value(p, t.Org, c.OrgID)
	d.value(p, t.Instance, strings.TrimPrefix(c.InstanceURL, "https://"))
	p.indented(d.label(p, t.Scopes), p.st.plain, d.scopes())
	if d.failure == nil {
		d.value(p, t.Store, d.vault)
	}
}

// scopes are those granted; those asked for and not granted are marked.
func (d *done) scopes() string {
	granted := d.grant.Connection.Scopes
	var all []string
	for _, s := range granted {
		all = append(all, markDone+" "+keystore.Clean(s, 40))
	}
	for _, s := range strings.Fields(d.grant.Connection.Scope) {
		if !slices.Contains(granted, s) && !(s == "offline_access" && slices.Contains(granted, "refresh_token")) {
			all = append(all, markWrong+" "+keystore.Clean(s, 40)+" ("+d.text.Done.ScopeMissing+")")
		}
	}
	return strings.Join(all, "   ")
}

// drawRows are the things to do with it.
func (d *done) drawRows(p *page) {
	t := d.text.Done
	first, key, show := t.Finish, "", t.Show
	switch {
	case d.isOther():
		first = t.SaveAsNew
	case d.failure != nil:
		first, key = t.Retry, "r"
	default:
		p.line(p.st.dim.Render(t.Next+"  "), p.st.strong.Render("sfauth token "+keystore.Clean(d.grant.Connection.Name, 64)))
		p.gap()
	}
	if d.shown {
		show = t.Hide
	}
	p.choice(d.form.on(d.first), first, key)
	if !d.again.hidden {
		p.choice(d.form.on(d.again), t.Again, "")
	}
	p.choice(d.form.on(d.copyToken), t.CopyToken, "c")
	for i, f := range keystore.ExportFormats() {
		p.choice(d.form.on(d.exports[i]), t.CopyAs(t.Formats[f]), "")
	}
	p.choice(d.form.on(d.show), show, "s")
	if !d.shown {
		return
	}
	p.gap()
	token := keystore.Clean(d.grant.Secrets.RefreshToken.Reveal(), 0)
	for l := range strings.SplitSeq(ansi.Hardwrap(token, p.width, true), "\n") {
		p.focus = len(p.lines)
		p.line(l)
	}
}
