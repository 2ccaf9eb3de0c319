package flow

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// postForm makes one request whose secrets are in its body, and returns what was
// answered, whatever it says: the status also where the rest of the answer was lost.
func (c *Client) postForm(ctx context.Context, step Step, address string, form url.Values) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, &Error{Step: step, Kind: KindDomainInvalid}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	res, err := c.httpClient().Do(req)
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return 0, nil, &Error{Step: step, Kind: KindOf(lost), Err: lost.Err}
	}
	if err != nil {
		return 0, nil, &Error{Step: step, Kind: KindOf(err), Err: err}
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return res.StatusCode, nil, &Error{Step: step, Kind: KindBadAnswer, Err: err}
	}
	return res.StatusCode, body, nil
}

// said is an answer that is no success, in Salesforce's own words where it has any.
func said(step Step, status int, body []byte) *Error {
	var words struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &words) // a page of somebody else's has none
	return refusal(step, words.Code, words.Description, status)
}
