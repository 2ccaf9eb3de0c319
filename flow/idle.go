package flow

import (
	"time"

	"sfauth/keystore"
)

// IdleLimit is how long a refresh token may be unused until Salesforce ends it, where the app
// has the limit that new apps come with (SALESFORCE.md §0.4, §5.2). Salesforce does not tell
// an app whether it has another one, or none.
const IdleLimit = 30 * 24 * time.Hour

// IdleUntil is when the refresh token of a connection will have been unused for the
// IdleLimit, if nobody renews it before. What counts as a use is the authorisation and each
// renewal that sfauth has noted; whether an introspection does is not documented
// (SALESFORCE.md §8), and counts for nothing here. Nor does a time to come: the clock was
// wrong then.
//
// It is the zero time where nobody knows: the grant has ended already, or another tool used
// it last, or the connection was seen alive after that time, so that its app has no such
// limit, or something else than this sfauth uses the token.
func IdleUntil(c keystore.Connection) time.Time {
	var used time.Time
	for _, at := range []*time.Time{&c.AuthorizedAt, c.RenewedAt} {
		if at != nil && at.After(used) && !at.After(time.Now()) {
			used = *at
		}
	}
	until := used.Add(IdleLimit)
	if used.IsZero() || c.TakenOver && c.RenewedAt == nil || Verdict(c.Verdict) == Reauthorise || c.AliveAt != nil && c.AliveAt.After(until) {
		return time.Time{}
	}
	return until
}
