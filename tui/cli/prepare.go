package cli

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

// prepare has everything together before a browser is opened: what nobody gave is
// asked for, and the login host answers.
func (p *plain) prepare() error {
	if p.Ask == nil { // the terminal that is read from may yet be asked for a passphrase
		p.read()
	}
	if p.Demo != nil {
		return nil
	}
	given := p.Request.Domain
	if err := p.complete(); err != nil {
		return err
	}
	if !given.IsZero() {
		if err := p.agree(given); err != nil {
			return err
		}
	}
	if c, err := flow.ParseCallback(p.Request.Callback); err != nil || !c.PasteOnly() {
		return nil // Authorize tells what is wrong with the callback, or listens at it
	}
	select {
	case <-p.ended:
		return p.unheard()
	default:
		return nil
	}
}

// unheard is that of an answer that can only be pasted where nobody can.
func (p *plain) unheard() error { return usageError{Err: errors.New(p.Words.Lines.NoPaste)} }

// complete asks for what is missing. An app may have no secret: where nobody can be asked
// for one, none is sent.
func (p *plain) complete() error {
	for _, need := range login.Missing(*p.Request, p.Given) {
		var err error
		switch {
		case need == login.Domain:
			if p.Request.Existing != nil {
				p.Say(p.Words.Org.Changed)
			}
			err = p.askDomain()
		case need == login.ClientID:
			err = p.askClientID()
		case p.Ask != nil:
			err = p.askSecret()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask returns what is typed. Nothing at all is a usageError that names the flags.
func (p *plain) ask(question string, hidden bool) (string, error) {
	if p.Ask == nil {
		return "", lacking(p.Words, *p.Request)
	}
	typed, err := p.Ask(p.ctx, question, hidden)
	switch {
	case p.ctx.Err() != nil:
		return "", context.Cause(p.ctx)
	case err != nil && typed == "":
		return "", lacking(p.Words, *p.Request)
	}
	return strings.TrimSpace(typed), nil
}

// agree sees whether a host that was given is the right one, and asks where that is in
// doubt and somebody is there. One that is meant is gone on with, whatever it says.
func (p *plain) agree(domain flow.Domain) error {
	if doubt := p.host(domain).Doubted(); doubt != nil && p.Ask == nil {
		return usageError{Err: hinted{doubt, p.Words.Lines.TrustDomain}}
	}
	err := p.meet(domain)
	switch {
	case err == nil || p.ctx.Err() != nil:
		return err
	case p.Ask != nil:
		return p.askAgain(domain, err)
	case p.Given.Domain:
		p.Say(p.Words.Lines.GoingOn(p.Words.Why(err, flow.Request{Domain: domain})))
		return nil
	}
	return err
}

// host is one that a person has chosen or a flag has given.
func (p *plain) host(d flow.Domain) login.Host { return login.HostOf(d, *p.Request, p.Given) }

// askDomain asks until there is a host that answers, or that is meant all the same.
func (p *plain) askDomain() error { return p.askAgain(flow.Domain{}, nil) }

// askAgain is askDomain after a host that is doubted for a reason. It is meant when it is
// typed again: the person may know better than the network, and than the name.
func (p *plain) askAgain(doubted flow.Domain, why error) error {
	for {
		if why != nil {
			p.Say(p.Words.Lines.Doubted(p.Words.Why(why, flow.Request{Domain: doubted})))
		}
		domain, err := p.address()
		if err != nil {
			return err
		}
		if domain != doubted {
			why = p.meet(domain)
		}
		switch {
		case p.ctx.Err() != nil:
			return context.Cause(p.ctx)
		case why == nil || domain == doubted:
			p.Request.Domain = domain
			return nil
		}
		doubted = domain
	}
}

// address asks until what is typed is one.
func (p *plain) address() (flow.Domain, error) {
	for {
		typed, err := p.ask(p.Words.Lines.AskDomain, false)
		if err != nil {
			return flow.Domain{}, err
		}
		domain, err := flow.ParseDomain(typed)
		if err == nil {
			return domain, nil
		}
		p.explain(flow.KindOf(err))
	}
}

func (p *plain) askClientID() error {
	p.Say(p.Words.Lines.Register(p.Request.Callback))
	for {
		typed, err := p.ask(p.Words.Lines.AskClientID, false)
		if err != nil {
			return err
		}
		id, odd, err := flow.CheckClientID(typed)
		if err != nil {
			p.explain(flow.KindOf(err))
			continue
		}
		if odd {
			p.Say(p.Words.Lines.Odd)
		}
		p.Request.ClientID = id
		return nil
	}
}

func (p *plain) askSecret() error {
	for {
		typed, err := p.ask(p.Words.Lines.AskSecretOrNone, true)
		if err != nil {
			return err
		}
		if strings.ContainsFunc(typed, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
			p.Say(p.Words.InvisibleCharacters) // if sfauth cut them out in silence, the secret would be another
			continue
		}
		p.Request.ClientSecret = keystore.NewSecret(typed)
		return nil
	}
}

// meet asks a host whether it is a login host: where it clearly is none, the browser
// would only find out the same, and nobody would tell sfauth. Nor is one met that only a
// person can tell to be the right one.
func (p *plain) meet(d flow.Domain) error {
	t, host := p.Words.Lines, d.URL("")
	if strings.HasPrefix(host, "http://") {
		p.Say(t.PlainHTTP(host))
	} else {
		p.Say(t.Host(host))
	}
	if doubt := d.Doubt(); doubt != "" { // a person who means this host sees all the same whose it is not
		why := p.Words.Explain(doubt, flow.Request{Domain: d})
		p.Say(why.Title + ". " + why.Meaning)
	}
	answered := p.host(d).Ask(p.ctx, p.Client)
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	return cmp.Or(answered.Wrong, answered.Doubted())
}

// lacking names the flags for what is missing in r, or would settle a doubt.
func lacking(words *text.Text, r flow.Request) error {
	var flags []string
	for _, need := range login.Missing(r, login.Given{}) {
		if need != login.ClientSecret || len(flags) == 0 { // an app may have no secret: it is named where nothing else is missing
			flags = append(flags, [...]string{login.Domain: "--domain", login.ClientID: "--client-id", login.ClientSecret: "--client-secret-stdin"}[need])
		}
	}
	if flags == nil { // the host was given, and is doubted
		flags = []string{"--trust-domain"}
	}
	t := words.Lines
	return usageError{Err: hinted{errors.New(t.Missing(strings.Join(flags, " and "))), t.LoginHelp}}
}

// hinted gives any error a hint.
type hinted struct {
	error
	todo string
}

func (h hinted) Hint(*text.Text) string { return h.todo }
func (h hinted) Unwrap() error          { return h.error }
