package login

import (
	"sfauth/flow"
	"sfauth/keystore"
)

// Siblings tells whether the grants of two connections count together: Salesforce allows
// five to a user and an app, and the sixth ends the oldest (SALESFORCE.md §5.3).
func Siblings(a, b keystore.Connection) bool {
	return a.ID != b.ID && a.Domain == b.Domain && a.ClientID == b.ClientID && a.UserID == b.UserID
}

// IsSixth tells whether five others were there when this one was new.
func IsSixth(c *flow.Client, saved keystore.Connection) bool {
	all, _ := c.Store.List() // where it cannot be read, nobody is warned in vain
	n := 0
	for _, other := range all {
		if Siblings(saved, other) {
			n++
		}
	}
	return n >= 5
}
