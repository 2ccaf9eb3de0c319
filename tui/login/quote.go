package login

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// Quote is what is known of a failure besides its kind: Salesforce's own words, or those of
// an error that has no others, or else what it is about on this machine.
func Quote(err error) (said, where string) {
	kind := flow.KindOf(err)
	e, ok := errors.AsType[*flow.Error](err)
	if ok && (e.Code != "" || e.Description != "" || e.Status != 0) || kind == flow.KindUnknown {
		return keystore.Clean(err.Error(), 400), ""
	}
	if ok {
		err = e.Err
	}
	if err == nil || errors.As(err, new(*url.Error)) || errors.As(err, new(*net.OpError)) {
		return "", ""
	}
	return "", keystore.Clean(strings.Trim(text.Beyond(err, kind), ": ()"), 400)
}
