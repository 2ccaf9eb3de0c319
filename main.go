// Command sfauth gets a Salesforce refresh token through a browser, keeps it in
// the OS keychain and hands out working access tokens.
package main

import (
	"io"
	"log"
	"os"

	"sfauth/tui/cli"
)

func main() {
	os.Unsetenv("TEA_TRACE")  // Bubble Tea would log every keystroke, the secret too
	log.SetOutput(io.Discard) // net/http would quote there what a host sends unasked
	os.Exit(cli.Run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}
