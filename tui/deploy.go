package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/flow/metadata"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/project"
	"sfauth/tui/window"
)

// deploy writes the app as metadata, and says what is to be done with that.
type deploy struct {
	w                *wizard
	from             window.Screen
	form             page.Form
	app              metadata.App
	name, email, dir *page.Row
	replaces         target // whose files are there already, as the person was told
	written          *project.Written
}

// target is where an app is written, and the name that its files have.
type target struct{ dir, name string }

func (c *create) openMetadata() tea.Cmd {
	t := c.w.text.Metadata
	d := &deploy{w: c.w, from: c, app: login.AppOf(c.w.app.wanted())}
	text := func(label, value, placeholder string) *page.Row {
		return &page.Row{Label: label, Field: page.NewField(value, placeholder), Verb: c.w.text.Keys.Next, Enter: d.enter}
	}
	d.name, d.email, d.dir = text(t.Name, "sfauth", ""), text(t.Email, "", t.EmailLike), text(t.Dir, "", "")
	before := c.w.app.typed
	c.w.app.typed = d
	if before != nil {
		d.name.Field.Set(before.name.Field.Value())
		d.email.Field.Set(before.email.Field.Value())
		d.dir.Field.Set(before.dir.Field.Value())
	} else if hint := c.w.app.loginHint.Field.Value(); metadata.IsEmail(hint) {
		d.email.Field.Set(hint)
	}
	d.dir.Field.Spaced, d.dir.Verb = true, c.w.text.Keys.Write
	d.form.Rows = []*page.Row{d.name, d.email, d.dir}
	d.form.To(d.name)
	c.w.Show(d)
	return func() tea.Msg {
		suggested := project.Suggested()
		return window.InTurn(func() tea.Cmd {
			if d.dir.Field.Value() == "" {
				d.dir.Field.Set(suggested)
			}
			return nil
		})
	}
}

func (d *deploy) Place() (int, string) { return 2, d.w.text.Metadata.Title }
func (d *deploy) Under() window.Screen { return d.from }

func (d *deploy) Focus() *page.Field {
	if d.written != nil {
		return nil
	}
	return d.form.Focus()
}

func (d *deploy) Keys() []page.Action {
	k, back := d.w.text.Keys, d.w.Back("esc", d.from)
	if d.written == nil {
		return append(d.form.Keys(k.Move), back)
	}
	keys := []page.Action{
		page.Press("enter", k.Continue, d.w.app.open),
		page.Press("c ctrl+y", k.Copy, func() tea.Cmd { return d.w.copy(d.w.text.Metadata.DeployName, d.written.Deploy) }),
	}
	return append(append(keys, d.w.openSetup(d, d.w.request.Domain, flow.SetupExternalClientApps)...), back)
}

// enter goes on to the next field, and writes from the last, once all are well.
func (d *deploy) enter() tea.Cmd {
	t := d.w.text.Metadata
	d.app.Name, d.app.Email = d.name.Field.Value(), d.email.Field.Value()
	dir := d.dir.Field.Value()
	for i, c := range []struct {
		fits bool
		says string
	}{{metadata.IsName(d.app.Name), t.BadName}, {metadata.IsEmail(d.app.Email), t.BadEmail}, {dir != "", t.NoDir}} {
		r := d.form.Rows[i]
		switch {
		case !c.fits:
			r.Field.Complaint = c.says
			d.form.To(r)
			return nil
		case d.form.On(r) && r != d.dir:
			return d.form.Move(1)
		}
	}
	return d.write(target{dir, d.app.Name})
}

func (d *deploy) write(to target) tea.Cmd {
	app, replace := d.app, d.replaces == to
	return func() tea.Msg {
		written, err := project.Write(to.dir, app, replace)
		return window.InTurn(func() tea.Cmd { d.heard(to, written, err); return nil })
	}
}

// heard takes what has become of the files.
func (d *deploy) heard(to target, written project.Written, err error) {
	t := d.w.text.Metadata
	taken, isTaken := errors.AsType[project.TakenError](err)
	switch {
	case err == nil:
		d.written = &written
	case isTaken:
		d.replaces, d.dir.Field.Complaint = to, t.Taken(keystore.Clean(taken.Path, 200))
	default:
		d.dir.Field.Complaint = t.NotWritten(keystore.Clean(err.Error(), 200))
	}
}

func (d *deploy) Draw(p *page.Page) {
	t := d.w.text.Metadata
	if d.written == nil {
		p.Heading(t.Heading)
		p.Aside(t.About)
		for _, r := range d.form.Rows {
			p.Gap()
			d.form.Draw(p, r)
		}
		return
	}
	p.Indented(p.Style.Good.Render(page.MarkDone)+" ", p.Style.Strong, t.Written(keystore.Clean(d.written.Dir, 200)))
	p.Gap()
	p.Prose(p.Style.Plain, t.Deploy)
	p.Gap()
	if command := keystore.Clean(d.written.Deploy, 0); ansi.StringWidth(p.Chip(command)) <= p.Width {
		p.Line(p.Chip(command))
	} else {
		p.Selectable(command)
	}
	p.Gap()
	then := t.Then
	if d.app.Public {
		then = t.ThenPublic
	}
	p.Prose(p.Style.Plain, then)
	p.Gap()
	p.Aside(d.w.text.Create.Wait)
}
