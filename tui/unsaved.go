package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// remedy is something to do with a grant that could not be saved.
type remedy int

const (
	saveAgain remedy = iota
	saveAsNew
	replaceSaved
	saveInFile
	showToken
	discard
)

// words are what is typed for it, and what that does.
func (r remedy) words(t text.RemediesText) string {
	return [...]string{t.SaveAgain, t.SaveAsNew, t.ReplaceSaved, t.SaveInFile, t.ShowToken, t.Discard}[r]
}

// remedies are those for this failure. Screens and lines offer the same.
func remedies(c *flow.Client, r flow.Request, failure error) []remedy {
	switch kind := flow.KindOf(failure); {
	case failure == nil:
		return nil
	case kind == flow.KindOtherUser:
		return []remedy{saveAsNew, replaceSaved, showToken, discard}
	case canUseFile(c, r, kind):
		return []remedy{saveAgain, saveInFile, showToken, discard}
	}
	return []remedy{saveAgain, showToken, discard}
}

// rescue lets the person say what becomes of a grant that is in memory alone. Where nobody
// can be asked any more it is revoked, unless it was shown: then it is in their hands.
func (p *plain) rescue(g flow.Grant, err error) (keystore.Connection, error) {
	shown := false
	for {
		p.say(p.text.NotSaved(text.English.Why(err, *p.Request)))
		what, ok := p.choose(err)
		switch {
		case !ok && shown:
			return g.Connection, cmp.Or(context.Cause(p.ctx), err)
		case !ok, what == discard:
			p.await(p.text.Finishing)
			defer p.await("")
			return g.Connection, flow.Unkept{Err: cmp.Or(context.Cause(p.ctx), err), Revoked: p.Client.GiveUp(p.ctx, g)}
		case what == showToken:
			p.say(g.Secrets.RefreshToken.Reveal())
			shown = true
			continue
		case what == replaceSaved:
			g.Connection.ID = p.Request.Existing.ID
		case what == saveInFile:
			useFile(p.Client)
			p.where = p.all.StoreName(fileStore)
		}
		var saved keystore.Connection
		if saved, err = p.save(&g); err == nil {
			return saved, nil
		}
	}
}

func (p *plain) save(g *flow.Grant) (keystore.Connection, error) {
	p.awaitVault()
	defer p.await("")
	saved, revoked, err := p.Client.Save(p.ctx, g)
	if err != nil {
		return saved, err
	}
	p.tell(flow.Saved{Connection: saved})
	if revoked != nil {
		p.tell(*revoked)
	}
	return saved, nil
}

// choose asks what to do about failure; ok is false when nobody answers.
func (p *plain) choose(failure error) (what remedy, ok bool) {
	if p.In == nil {
		return 0, false
	}
	can := remedies(p.Client, *p.Request, failure)
	if slices.Contains(can, replaceSaved) {
		p.say(p.text.Anothers(p.Request.Existing.Name, cmp.Or(p.Request.Existing.Username, p.Request.Existing.UserID)))
	}
	var words []string
	for _, r := range can {
		words = append(words, r.words(p.text.Remedies))
	}
	for {
		p.say(p.text.Choose(words))
		line, ok := p.line()
		if !ok {
			return 0, false
		}
		if i := slices.IndexFunc(words, func(w string) bool { word, _, _ := strings.Cut(w, " "); return word == line }); i >= 0 {
			return can[i], true
		}
	}
}
