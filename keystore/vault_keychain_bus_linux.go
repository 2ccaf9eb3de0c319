package keystore

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/godbus/dbus/v5"
)

// busLimit is for the bus itself, which answers at once or never: no person is asked.
const busLimit = 2 * time.Second

// shared is the connection that sharedBus has found last.
var shared atomic.Pointer[dbus.Conn]

// sharedBus is the connection that go-keyring uses. It is not asked for until the bus has
// answered: godbus would start one where there is none, and leave a daemon behind with
// every process; and from one that is silent it would never come back, nor let anybody
// else connect.
func sharedBus(ctx context.Context) (*dbus.Conn, error) {
	if c := shared.Load(); c != nil && c.Connected() {
		return c, nil
	}
	ctx, cancel := context.WithTimeout(ctx, busLimit)
	defer cancel()
	connected := make(chan error, 1)
	go func() { // not every transport ends with ctx
		first, err := privateBus(ctx)
		if err == nil {
			_ = first.Close()
			var c *dbus.Conn
			if c, err = dbus.SessionBus(); err == nil {
				shared.Store(c)
			}
		}
		connected <- err
	}()
	select {
	case err := <-connected:
		switch {
		case err == nil:
			return shared.Load(), nil
		case ctx.Err() == nil:
			return nil, because(ErrNoBus, err)
		}
	case <-ctx.Done():
	}
	return nil, ErrTimeout
}

// sessionBus connects to the bus there is; it starts none. The connection ends with ctx.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	c, err := privateBus(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.Hello(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// privateBus is sessionBus before the bus has been told of the connection: it has answered.
func privateBus(ctx context.Context) (*dbus.Conn, error) {
	c, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx)) // puts the address that it finds into the environment
	if err != nil {
		return nil, err
	}
	if err := c.Auth(nil); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}
