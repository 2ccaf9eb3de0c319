package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sfauth/keystore"
)

// Step says what was being done: how far a login had come, or which other operation it was.
type Step string

const (
	StepInput    Step = "input"    // what was typed or given by a flag
	StepKeychain Step = "keychain" // the probe of the vault, before anything else
	StepListen   Step = "listen"   // listening for the authorization response
	StepAllow    Step = "allow"    // the browser, up to the authorization code
	StepExchange Step = "exchange" // authorization code for tokens
	StepVerify   Step = "verify"   // signature, hosts, refresh token present
	StepSave     Step = "save"
	StepRefresh  Step = "refresh" // refresh token for access token
	StepData360  Step = "data360" // access token for one of Data 360
	StepCheck    Step = "check"   // introspection
	StepExport   Step = "export"
	StepMove     Step = "move"
	StepRevoke   Step = "revoke"
	StepRemove   Step = "remove"
)

// Error is every failure of this package but the end of a context. Code and Description are
// error and error_description in the words of Salesforce (RFC 6749 §5.2), cleaned by
// keystore.Clean; they are empty where the failure is no answer of Salesforce's. Err never
// holds a secret or the body of an answer.
type Error struct {
	Step        Step
	Kind        Kind
	Code        string
	Description string
	Status      int // of HTTP, 0 where there was no answer
	Err         error
}

// Error says why alone; whoever prints it says what failed.
func (e *Error) Error() string {
	said := strings.Trim(e.Code+": "+e.Description, ": ")
	switch {
	case said != "":
		return said
	case e.Status != 0:
		return fmt.Sprintf("HTTP %d", e.Status)
	case e.Err != nil:
		return e.Err.Error()
	}
	return strings.ReplaceAll(string(e.Kind), "_", " ")
}

// Unwrap is Err.
func (e *Error) Unwrap() error { return e.Err }

// oauthError is an error in Salesforce's own words (RFC 6749 §4.1.2.1, §5.2), made safe to
// show. status is that of HTTP, 0 where the error came by the redirect URI.
func oauthError(step Step, code, description string, status int) *Error {
	code, description = keystore.Clean(code, 80), keystore.Clean(description, 400)
	return &Error{Step: step, Kind: classify(step, code, description, status),
		Code: code, Description: description, Status: status}
}

// failed is err as this package returns it: the cause of ctx where that has ended, else an
// *Error, which is of step where it is none yet.
func failed(ctx context.Context, step Step, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case is[*Error](err):
		return err
	}
	return &Error{Step: step, Kind: KindOf(err), Err: err}
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}
