package cli

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

// rescue lets the person say what becomes of a grant that is in memory alone. Where nobody
// can be asked any more it is revoked, unless it was shown: then it is in their hands.
func (p *plain) rescue(g flow.Grant, err error) (keystore.Connection, error) {
	gone := make(chan os.Signal, 1) // of who reads the lines: it must not end sfauth here
	flow.NotifySignals(gone, syscall.SIGPIPE)
	defer signal.Stop(gone)
	shown := false
	for {
		p.Say(p.Words.Lines.NotSaved(p.Words.Why(err, *p.Request)))
		what, ok := p.remedy(err)
		p.over = true
		switch {
		case !ok && shown:
			return g.Connection, cmp.Or(context.Cause(p.ctx), err)
		case !ok, what == login.Discard, what == login.LogInAgain:
			if what == login.LogInAgain {
				p.over, p.instead, err = false, func() error { return nil }, errInstead
			}
			p.Await(p.Words.Lines.Finishing)
			defer p.Await("")
			return g.Connection, flow.Unkept{Err: cmp.Or(context.Cause(p.ctx), err), Revoked: p.Client.GiveUp(p.ctx, g)}
		case what == login.ShowToken:
			p.SayApart(g.Secrets.RefreshToken.Reveal())
			shown = true
			continue
		case what == login.ReplaceSaved:
			g.Connection.ID = p.Request.Existing.ID
		case what == login.SaveInFile:
			login.UseFile(p.Client)
			p.Where = p.Words.StoreName(login.FileStore, "")
		}
		var saved keystore.Connection
		if saved, err = p.save(&g); err == nil {
			return saved, nil
		}
	}
}

func (p *plain) save(g *flow.Grant) (keystore.Connection, error) {
	p.AwaitVault()
	defer p.Await("")
	saved, revoked, err := p.Client.Save(keystore.TellAsking(p.ctx, p.Asks), g)
	if err != nil {
		return saved, err
	}
	p.Tell(flow.Saved{Connection: saved})
	if revoked != nil {
		p.Tell(*revoked)
	}
	return saved, nil
}

// remedy asks what to do about failure; ok is false when nobody answers.
func (p *plain) remedy(failure error) (what login.Remedy, ok bool) {
	if p.Unheard() || p.In.ended() {
		return 0, false
	}
	can := login.Remedies(p.Client, *p.Request, failure)
	if slices.Contains(can, login.ReplaceSaved) {
		p.Say(p.Words.Lines.Anothers(p.Request.Existing.Name, cmp.Or(p.Request.Existing.Username, p.Request.Existing.UserID)))
	}
	var offered []text.Choice
	for _, r := range can {
		offered = append(offered, r.Choice(p.Words.Lines.Choices))
	}
	i, ok := p.choose(offered, func(string) {})
	if !ok {
		return 0, false
	}
	return can[i], true
}
