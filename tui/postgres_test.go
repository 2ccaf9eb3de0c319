package tui

import (
	"net"
	"testing"
	"time"

	"sfauth/keystore"
)

// described is a database that the environment describes, where nobody listens.
func (w *screened) described() {
	w.T.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.T.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	w.Store.Postgres = &keystore.Postgres{Dir: w.Store.Dir, URL: "host=127.0.0.1 user=sfauth dbname=fleet port=" + port}
}

func TestWhereADatabaseIsDescribedAConnectionCanBeShared(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { w.described(); one(w, o) }, func(w *screened) {
		w.wait(time.Second).press("enter").shows("Share it with other machines, in PostgreSQL 127.0.0.1/fleet").everySize().golden("details-shareable")
		w.press("m").wait(time.Second).shows("PostgreSQL cannot be reached", "psql takes the same settings").everySize()
		w.press("esc").shows("Share it with other machines")
	})
}

func TestANewConnectionGoesToTheStoreThatIsChosen(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		w.described()
		w.encrypted(o)
		given(w, o)
		o.Request.ClientSecret = keystore.Secret{}
		w.Allows()
	}, func(w *screened) {
		w.shows("Keep it in").golden("app-store")
		for range 4 {
			w.press("down")
		}
		w.press("enter").shows("Keep it in an encrypted file").press("enter").shows("Keep it in PostgreSQL 127.0.0.1/fleet").everySize()
		if w.Client.Store.Vault.Kind() != w.Store.Vault.Kind() {
			w.T.Error("what is under way goes on with another store")
		}
		w.press("up").press("up").press("up").press("up").typ(w.App.ClientSecret).press("enter").wait(time.Second)
		w.shows("PostgreSQL cannot be reached", "f use a file").everySize()
	})
}

func TestWhatADatabaseHasIsShownAsItWasLastSeenWhereItIsDown(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		atHome(w, o)
		o.Unread = keystore.ErrDatabaseDown
	}, func(w *screened) {
		w.wait(10*time.Second).shows("PostgreSQL cannot be reached", "acme-uat").everySize().golden("home-unread")
		w.press("r").wait(10 * time.Second).showsNot("PostgreSQL")
	})
}
