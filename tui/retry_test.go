package tui

import (
	"context"
	"errors"
	"testing"
	"time"

	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui/world"
)

// late is a vault whose writes land although they were given up on.
type late struct{ *world.Vault }

func (l late) Set(ctx context.Context, account string, s keystore.Secret) error {
	return errors.Join(l.Vault.Set(ctx, account, s), keystore.ErrTimeout)
}

func TestTheRetryOfASaveThatHadLandedRevokesTheOldGrant(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		approvals := w.Org.Approvals()
		w.allows().wait(time.Second).press("enter", "a").wait(time.Second).press("a", "ctrl+t", "down", "down", "down", "ctrl+u").typ(demo.OtherUsername)
		w.press("enter").wait(30*time.Second).shows("another user or org", "Replace acme")
		w.Store.Vault = late{w.Vault}
		w.press("down", "enter").wait(2 * time.Second).shows("not answering")
		w.Store.Vault = w.Vault
		w.press("r").wait(2*time.Second).shows("is renewed", demo.OtherUsername)
		if n := w.Org.Approvals(); n != approvals {
			t.Errorf("%d approvals, before %d", n, approvals)
		}
	})
}
