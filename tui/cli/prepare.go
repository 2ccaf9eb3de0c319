package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
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
	if p.Demo != nil {
		return nil
	}
	if p.Request.Existing == nil { // a Consumer Key that is saved has worked
		_, odd, _ := flow.CheckClientID(p.Request.ClientID)
		p.warn(p.Words.App.OddClientID.Of(odd))
		_, odd = flow.CheckClientSecret(p.Request.ClientSecret.Reveal())
		p.warn(p.Words.App.OddSecret.Of(odd))
	}
	if err := p.settle(); err != nil {
		return err
	}
	if c, err := flow.ParseRedirectURI(p.Request.RedirectURI); err != nil || !c.PasteOnly() {
		return nil // Authorize tells what is wrong with the callback, or listens at it
	}
	if p.In.ended() {
		return p.unheard()
	}
	return nil
}

// settle has everything together but a way to listen for an answer.
func (p *plain) settle() error {
	given := p.Request.Domain
	if err := p.complete(); err != nil || given.IsZero() {
		return err
	}
	return p.agree(given)
}

// unheard is that of an answer that can only be pasted where nobody can.
func (p *plain) unheard() error { return usageError{Err: errors.New(p.Words.Lines.NoPaste)} }

// complete asks for what is missing, which may depend on what was said before: an app for
// hosted MCP has no secret. Another app may have none: where nobody can be asked for one, none
// is sent.
func (p *plain) complete() error {
	for need := login.Domain; need <= login.ClientSecret; need++ {
		var err error
		switch {
		case !slices.Contains(login.Missing(*p.Request, p.Given), need):
		case need == login.Domain:
			if p.Request.Existing != nil {
				p.Say(p.Words.Org.Changed)
			}
			p.Say(p.Words.Lines.WhichDomain)
			err = p.askAgain(flow.Domain{}, nil)
		case need == login.ClientID:
			err = p.askClientID()
		case p.In.attended():
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
	if !p.In.attended() {
		return "", lacking(p.Words, *p.Request)
	}
	typed, err := p.In.ask(p.ctx, question, hidden)
	switch {
	case p.ctx.Err() != nil:
		return "", context.Cause(p.ctx)
	case err != nil:
		return "", lacking(p.Words, *p.Request)
	}
	return typed, nil
}

// agree sees whether a host that was given is the right one, and asks where that is in
// doubt and somebody is there. One that is meant is gone on with, whatever it says.
func (p *plain) agree(domain flow.Domain) error {
	if doubt := p.host(domain).Doubted(); doubt != nil && !p.In.attended() {
		return usageError{Err: hinted{doubt, p.Words.Lines.TrustDomain}}
	}
	err := p.meet(domain)
	switch {
	case err == nil || p.ctx.Err() != nil:
		return err
	case p.In.attended():
		return p.askAgain(domain, err)
	case p.Given.Domain:
		p.Say(p.Words.Lines.GoingOn(p.Words.Why(err, flow.Request{Domain: domain})))
		return nil
	}
	return err
}

// host is one that a person has chosen or a flag has given.
func (p *plain) host(d flow.Domain) login.Host { return login.HostOf(d, *p.Request, p.Given) }

// askAgain asks until there is a host that answers, or that is meant all the same: one that
// is doubted, for a reason, is meant when it is typed again. The person may know better than
// the network, and than the name.
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
		p.sayShort(flow.KindOf(err))
	}
}

func (p *plain) askClientID() error {
	whatFor := p.Words.Lines.Choices.WhatFor
	if p.Held == nil { // the app of another tool's grant is there, and as that needs it
		p.Say(p.Words.Lines.Register(p.Request.RedirectURI))
		p.Say(p.Words.Lines.Choices.NoApp.Says)
		p.Say(whatFor.Says)
	}
	for {
		typed, err := p.ask(p.Words.Lines.AskClientID, false)
		if err != nil {
			return err
		}
		if wants, did := p.makeApp(typed); wants {
			if did != nil {
				return did
			}
			continue
		}
		if whatFor.Is(typed) {
			if err := p.askPurpose(); err != nil {
				return err
			}
			continue
		}
		id, odd, err := flow.CheckClientID(cmp.Or(typed, p.Request.ClientID))
		if err != nil {
			p.sayShort(flow.KindOf(err))
			if says := p.Words.App.OddClientID.Of(odd); says != "" {
				p.Say(says)
			}
			continue
		}
		p.warn(p.Words.App.OddClientID.Of(odd))
		if before := p.Request.ClientID; before != "" && id != before { // the secret was another app's
			p.Request.ClientSecret = keystore.Secret{}
		}
		p.Request.ClientID = id
		return nil
	}
}

// askPurpose asks what access is for, which decides the scopes.
func (p *plain) askPurpose() error {
	t, r := p.Words.Purposes, p.Request
	all := append(slices.Clone(flow.Purposes), flow.Purpose{Key: flow.OwnScopes})
	for {
		p.Say(t.Heading)
		for i, purpose := range all {
			p.Say(t.Number(i+1, t.Names.Of(purpose.Key), t.For.Of(purpose.Key)))
		}
		typed, err := p.ask(t.Ask, false)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(purpose flow.Purpose) bool { return strings.EqualFold(purpose.Key, text.Narrow(typed)) })
		if n, err := strconv.Atoi(text.Narrow(typed)); err == nil {
			i = n - 1
		}
		switch {
		case typed == "":
		case i < 0 || i >= len(all):
			continue
		case all[i].Key == flow.OwnScopes:
			if err := p.askAnew(&r.Scope, p.Words.Lines.AskScope, parseScope); err != nil {
				return err
			}
		default:
			r.Scope = all[i].Scopes
		}
		p.Say(t.Now(t.Names.Of(flow.PurposeOf(r.Scope).Key), r.Scope))
		return nil
	}
}

// editApp asks for all of the app anew; what was given is kept by an empty line.
func (p *plain) editApp() error {
	t, r := p.Words.Lines, p.Request
	if err := p.editCredentials(); err != nil {
		return err
	}
	r.PasteOnly = false // the person may give a callback that sfauth can listen on
	err := p.askAnew(&r.RedirectURI, t.AskCallback, func(typed string) (string, error) {
		_, err := flow.ParseRedirectURI(typed)
		return typed, err
	})
	if err != nil {
		return err
	}
	return p.askAnew(&r.Scope, t.AskScope, parseScope)
}

// editCredentials asks for Consumer Key and Consumer Secret anew.
func (p *plain) editCredentials() error {
	p.Say(p.Words.Lines.EmptyKeeps(p.Request.ClientID))
	if err := p.askClientID(); err != nil {
		return err
	}
	if !p.Request.ClientSecret.Empty() {
		p.Say(p.Words.Lines.EmptyKeepsSecret)
	}
	return p.askSecret()
}

// editOrg asks for another login host.
func (p *plain) editOrg() error { return p.askAgain(flow.Domain{}, nil) }

// askAnew asks for another value until check takes one, or an empty line keeps it.
func (p *plain) askAnew(value *string, question string, check func(typed string) (string, error)) error {
	if *value != "" {
		p.Say(p.Words.Lines.EmptyKeeps(*value))
	}
	for {
		typed, err := p.ask(question, false)
		if err != nil || typed == "" {
			return err
		}
		checked, err := check(typed)
		if err == nil {
			*value = checked
			return nil
		}
		p.sayShort(flow.KindOf(err))
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
		if typed != "" {
			secret, odd := flow.CheckClientSecret(typed)
			p.warn(p.Words.App.OddSecret.Of(odd))
			p.Request.ClientSecret = keystore.NewSecret(secret)
		}
		return nil
	}
}

// warn says that what was given looks like something else, and is taken all the same.
func (p *plain) warn(says string) {
	if says != "" {
		p.Say(says)
		p.Say(p.Words.Lines.Odd)
	}
}

// meet asks a host whether it is a login host: where it clearly is none, the browser
// would only find out the same, and nobody would tell sfauth. Nor is one met that only a
// person can tell to be the right one.
func (p *plain) meet(d flow.Domain) error {
	t, host := p.Words.Lines, d.URL("")
	switch {
	case p.Held != nil:
		p.Say(p.Words.Taken.Asking(host))
	case strings.HasPrefix(host, "http://"):
		p.Say(t.PlainHTTP(host))
	default:
		p.Say(t.Host(host))
	}
	if doubt := d.Doubt(); doubt != "" { // a person who means this host sees all the same whose it is not
		why := p.Words.Explain(doubt, flow.Request{Domain: d})
		p.Say(why.Long)
	}
	if name := d.String(); p.Held == nil && (name == login.Production || name == login.Sandbox) {
		p.Say(p.Words.Org.OnlyPackaged)
	}
	p.Await(t.AwaitHost)
	answered := p.host(d).Ask(p.ctx, p.Client)
	p.Await("")
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
	return usageError{Err: hinted{errors.New(t.Missing(flags)), t.LoginHelp}}
}

// hinted gives any error a hint.
type hinted struct {
	error
	todo string
}

func (h hinted) Hint(*text.Text) string { return h.todo }
func (h hinted) Unwrap() error          { return h.error }
