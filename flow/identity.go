package flow

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"sfauth/keystore"
)

// identify asks the identity URL who the access token belongs to, and returns the
// username. errOtherIdentity says that the answer contradicts the URL; every other
// error is Salesforce's not saying.
func (c *Client) identify(ctx context.Context, d Domain, t tokens) (username string, err error) {
	limited, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	var who struct {
		Org      string `json:"organization_id"`
		User     string `json:"user_id"`
		Username string `json:"username"`
	}
	err = c.getJSON(limited, d, t.identity.url, t.access, &who)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", err
	case !t.identity.is(who.Org, who.User):
		return "", errOtherIdentity
	}
	return keystore.Clean(who.Username, 255), nil
}

var errOtherIdentity = &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errors.New("the identity is not that of the tokens")}

// getJSON sends the access token to address and, since login.salesforce.com sends
// on to the org's own host, to where that points, as long as the host is trusted.
func (c *Client) getJSON(ctx context.Context, d Domain, address string, token keystore.Secret, into any) error {
	const hops = 3
	for range hops {
		res, err := c.getBearer(ctx, d, address, token)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if next, err := res.Location(); err == nil && res.StatusCode/100 == 3 {
			address = next.String()
			continue
		}
		if res.StatusCode != http.StatusOK {
			return &Error{Step: StepVerify, Kind: classify(StepVerify, "", "", res.StatusCode), Status: res.StatusCode}
		}
		if json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(into) != nil {
			return &Error{Step: StepVerify, Kind: KindBadAnswer, Status: res.StatusCode}
		}
		return nil
	}
	return &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errors.New("too many redirects")}
}

func (c *Client) getBearer(ctx context.Context, d Domain, address string, token keystore.Secret) (*http.Response, error) {
	if !trusted(d, address) {
		return nil, &Error{Step: StepVerify, Kind: KindForeignHost}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Error{Step: StepVerify, Kind: KindBadAnswer}
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Header.Set("Accept", "application/json")
	res, err := c.httpClient().Do(req)
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return nil, &Error{Step: StepVerify, Kind: KindOf(lost), Err: lost.Err}
	}
	return res, err
}
