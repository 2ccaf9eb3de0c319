package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/tui/text"
)

func (a *app) tokenCommand() *cobra.Command {
	var o flow.TokenOptions
	var asJSON bool
	cmd := a.command("token [NAME]", a.atMost(1), func(ctx context.Context, args []string) error {
		name, err := a.one(args)
		if err != nil {
			return err
		}
		access, err := a.access(ctx, name, o)
		if err != nil {
			return err
		}
		if !asJSON {
			_, err = fmt.Fprintln(a.out, access.Token.Reveal())
			return err
		}
		c := access.Connection
		var expiry *time.Time
		if end := access.ExpiresAt.UTC(); !end.IsZero() {
			expiry = &end
		}
		return a.printJSON(map[string]any{
			"name": c.Name, "access_token": access.Token.Reveal(), "instance_url": c.InstanceURL,
			"username": c.Username, "user_id": c.UserID, "org_id": c.OrgID, "issued_at": access.IssuedAt.UTC(), "expires_at": expiry,
		})
	})
	a.tokenFlags(cmd, &o)
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	return cmd
}

func (a *app) tokenFlags(cmd *cobra.Command, o *flow.TokenOptions) {
	purposes := []string{"data360"}
	cmd.Flags().Func("for", "", func(given string) error {
		o.Data360 = slices.Contains(purposes, given)
		if !o.Data360 {
			return errors.New(a.words.Usage.NoneOf(strings.Join(purposes, ", ")))
		}
		return nil
	})
	complete(cmd, "for", purposes)
	cmd.Flags().BoolVar(&o.Fresh, "fresh", false, "")
	cmd.Flags().VarP(a.duration(&o.MaxAge, 10*time.Minute), "max-age", "", "")
}

// access is a working access token; what could not be written down is told.
func (a *app) access(ctx context.Context, name string, o flow.TokenOptions) (flow.Access, error) {
	if o.MaxAge < 0 {
		return flow.Access{}, usageError{Err: fmt.Errorf("--max-age %s: %s", o.MaxAge, a.words.Usage.NoAge)}
	}
	o.Fresh = o.Fresh || o.MaxAge == 0
	client, err := a.client(nil)
	if err != nil {
		return flow.Access{}, err
	}
	a.request.Name = name
	defer context.AfterFunc(ctx, a.hurry)()
	access, err := client.Token(ctx, name, o)
	if access.Connection.Name != "" {
		a.request = text.RequestOf(access.Connection)
	}
	if access.Warning != nil {
		fmt.Fprintln(a.err, "note:", a.words.Why(access.Warning, a.request))
	}
	return access, cmp.Or(err, context.Cause(ctx)) // the script that was interrupted during the renewal gets no token
}

// hurry tells after a second why sfauth is still there.
func (a *app) hurry() {
	time.AfterFunc(time.Second, func() { fmt.Fprintln(a.err, a.words.Lines.Finishing) })
}
