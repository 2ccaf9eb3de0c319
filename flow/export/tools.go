package export

import (
	"net/url"
	"strings"
)

// Tool is what is known of who takes a format.
type Tool struct {
	Name  string // empty: nobody knows who reads it, or it takes access tokens alone
	Keeps Keeping
	Since string // the first version that does, of KeepsSince
	Alone bool   // and not where two of its operations run at once

	twoHosts bool // it logs in at login.salesforce.com or test.salesforce.com
}

// Keeping is what a tool does with the refresh token that a renewal brings where the app
// rotates. One that uses the old token again ends the grant (SALESFORCE.md §5.1).
type Keeping int

const (
	NotKnown   Keeping = iota // it depends on who reads the format
	KeepsSince                // a version of the tool
	Forgets
)

// ToolOf is who takes a format.
func ToolOf(name string) Tool {
	f, _ := find(name)
	return f.tool
}

// TakesRefreshToken tells whether a format can have the refresh token in it.
func TakesRefreshToken(name string) bool {
	f, err := find(name)
	return err == nil && f.token != nil
}

// HasVariables tells whether a format has variables, whose names have a prefix.
func HasVariables(name string) bool {
	f, err := find(name)
	return err == nil && f.names
}

// OtherHost is the login host that the tool of a format talks to in place of the
// connection's, where that is a My Domain: at the other an app that is local to its org is
// not known. It is empty where the tool talks to the connection's.
func OtherHost(name, loginURL string) string {
	u, err := url.Parse(loginURL)
	if err != nil || !ToolOf(name).twoHosts || u.Host == productionHost || u.Host == sandboxHost {
		return ""
	}
	if isSandbox(u.Host) {
		return sandboxHost
	}
	return productionHost
}

const (
	productionHost = "login.salesforce.com"
	sandboxHost    = "test.salesforce.com"
)

// isSandbox tells whether those of a login host sign in at test.salesforce.com.
func isSandbox(host string) bool {
	return host == sandboxHost || strings.Contains(host, ".sandbox.my.") || strings.Contains(host, ".scratch.my.")
}
