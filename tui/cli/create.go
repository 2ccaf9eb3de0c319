package cli

import (
	"cmp"
	"errors"

	"sfauth/flow"
	"sfauth/flow/metadata"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/project"
)

// makeApp does what a person without an app may type where the Consumer Key is asked for. It
// tells whether it was that, and why nobody can be asked any more.
func (p *plain) makeApp(typed string) (wanted bool, err error) {
	switch c := p.Words.Lines.Choices; {
	case c.NoApp.Is(typed):
		p.saySteps()
	case c.Metadata.Is(typed):
		return true, p.writeMetadata()
	default:
		return false, nil
	}
	return true, nil
}

// saySteps has the steps to an app, with the links into Setup of the org.
func (p *plain) saySteps() {
	t := p.Words
	var said flow.SetupPage
	for i, step := range login.Steps(t, *p.Request) {
		p.Say(t.Create.Step(i+1, step.Says))
		if step.Page == "" || step.Page == said {
			continue
		}
		said = step.Page
		if link := p.Client.PageAt(p.Request.Domain.Setup(said)); link != "" {
			p.SayApart(link)
		} else {
			p.Say(t.Create.InSetup)
		}
	}
	p.Say(t.Create.Wait)
	p.Say(t.Lines.Choices.Metadata.Says)
}

// writeMetadata asks for what an app has besides, and writes it. A file that is another is
// replaced only where the person says so.
func (p *plain) writeMetadata() error {
	t, app, suggested := p.Words.Metadata, login.AppOf(*p.Request), project.Suggested()
	p.Say(t.About)
	var dir string
	for _, q := range []struct {
		asks, given string
		into        *string
		fits        func(string) bool
		says        string
	}{
		{t.AskName("sfauth"), "sfauth", &app.Name, metadata.IsName, t.BadName},
		{t.AskEmail, "", &app.Email, metadata.IsEmail, t.BadEmail},
		{t.AskDir(suggested), suggested, &dir, func(string) bool { return true }, ""},
	} {
		for {
			typed, err := p.ask(q.asks, false)
			if err != nil {
				return err
			}
			if *q.into = cmp.Or(typed, q.given); q.fits(*q.into) {
				break
			}
			p.Say(q.says)
		}
	}
	written, err := project.Write(dir, app, false)
	if taken, is := errors.AsType[project.TakenError](err); is {
		answer, gone := p.ask(t.Replace(keystore.Clean(taken.Path, 200)), false)
		if gone != nil || !p.Words.Lines.Yes.Is(answer) {
			return gone
		}
		written, err = project.Write(dir, app, true)
	}
	if err != nil {
		p.Say(t.NotWritten(keystore.Clean(err.Error(), 200)))
		return nil
	}
	p.Say(t.Written(written.Dir))
	p.Say(t.Deploy)
	p.SayApart(written.Deploy)
	if app.Public {
		p.Say(t.ThenPublic)
	} else {
		p.Say(t.Then)
	}
	return nil
}
