package demo

import (
	"fmt"
	"net"
)

// Start serves an org with DefaultApp on loopback, for `sfauth demo`. The app has a redirect
// URI with a port that is free now, so that two demos may run at once. url is the address of
// the org; stop ends it.
func Start() (org *Org, url string, app App, stop func(), err error) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", App{}, nil, err
	}
	callback, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		server.Close()
		return nil, "", App{}, nil, err
	}
	defer callback.Close()
	app = DefaultApp()
	app.Callbacks = []string{fmt.Sprintf("http://localhost:%d/OauthRedirect", callback.Addr().(*net.TCPAddr).Port)}
	org = New(app)
	return org, "http://" + server.Addr().String(), app, org.Serve(server), nil
}
