package demo

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Where a person or a program meets a fault.
type Where string

const (
	OnPage     Where = "page"     // on Salesforce's own page; the redirect URI is never called
	AtCallback Where = "callback" // in the authorization response
	AtToken    Where = "token"    // the token endpoint
	AtIdentity Where = "identity" // the identity and userinfo endpoints
	Nowhere    Where = "nothing"  // no answer comes
)

// OtherUser is the name of the fault that only a connection meets which is authorised again.
const OtherUser = "other_user"

// Fault is one way in which Salesforce fails.
type Fault struct {
	Name  string
	Where Where
}

// stage is a group of endpoints that one fault changes.
type stage int

const (
	unaffected stage = iota // no fault changes it
	atAuthorize
	atConsent
	atToken
	atIdentity
	atIntrospect
	atRevoke
	atData360
	atDiscovery
)

// act is what a fault does to a handler: it leaves it out, changes what it is asked, or
// changes what it answers.
type act func(o *Org, r *http.Request, next handler) answer

type fault struct {
	name  string
	where Where
	at    stage
	act   act
}

// Faults lists what Fail understands, in the order of a login.
func Faults() []Fault {
	var all []Fault
	for _, f := range faults() {
		all = append(all, Fault{f.name, f.where})
	}
	return all
}

// Fail makes the org fail in the way of this name until it is called again; "" ends it. It
// panics where Faults has no such name.
func (o *Org) Fail(name string) {
	var f fault
	if name != "" {
		all := faults()
		i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
		if i < 0 {
			panic("demo: no fault is called " + name)
		}
		f = all[i]
	}
	o.set(f)
}

func (o *Org) set(f fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fault = f
}

// answer asks the handler, or the fault where it changes this stage.
func (o *Org) answer(at stage, h handler, r *http.Request) answer {
	o.mu.Lock()
	f := o.fault
	o.mu.Unlock()
	if f.act == nil || f.at != at && !(f.at == atToken && f.where != "" && at == atIntrospect) { // introspection fails as the token endpoint does
		return h(r)
	}
	return f.act(o, r, h)
}

// instead answers a and leaves the endpoint out: no code is used up, no token rotated.
func instead(a answer) act {
	return func(*Org, *http.Request, handler) answer { return a }
}

// showing is instead with a page of Salesforce's, which is drawn when it is asked for.
func showing(heading, text string) act {
	return func(*Org, *http.Request, handler) answer { return notice(http.StatusOK, heading, text) }
}

// failing is an error of the token endpoint.
func failing(code, description string) act { return instead(refusal(code, description)) }

// sending redirects to Elsewhere and leaves the endpoint out.
func sending(status int) act {
	return func(o *Org, _ *http.Request, _ handler) answer { return redirect(status, o.Elsewhere) }
}

// returning changes the authorization response, whatever the person pressed.
func returning(alter func(say url.Values)) act {
	return func(_ *Org, r *http.Request, next handler) answer {
		a := next(r)
		to, err := url.Parse(a.location)
		if a.location == "" || err != nil {
			return a
		}
		say := to.Query()
		alter(say)
		to.RawQuery = say.Encode()
		a.location, a.err = to.String(), say.Get("error")
		return a
	}
}

// refusing sends an error to the redirect URI in place of a code.
func refusing(code, description string) act {
	return returning(func(say url.Values) {
		say.Del("code")
		say.Set("error", code)
		say.Set("error_description", description)
	})
}

// insisting redirects to the redirect URI over https.
func insisting(_ *Org, r *http.Request, next handler) answer {
	a := next(r)
	if rest, ok := strings.CutPrefix(a.location, "http://"); ok {
		a.location = "https://" + rest
	}
	return a
}

// altered changes a successful JSON answer.
func altered(alter func(r *http.Request, fields map[string]any)) act {
	return func(_ *Org, r *http.Request, next handler) answer {
		a := next(r)
		if a.status == http.StatusOK && a.fields != nil {
			alter(r, a.fields)
		}
		return a
	}
}

// setting is one field that is not what it should be.
func setting(name, value string) act {
	return altered(func(_ *http.Request, fields map[string]any) { fields[name] = value })
}

// withholding grants fewer scopes than were asked for. Where the exchange lacks the scope
// refresh_token it brings no refresh token; a refresh still brings the rotated one, or it
// would be lost.
func withholding(scope string) act {
	return altered(func(r *http.Request, fields map[string]any) {
		granted, _ := fields["scope"].(string)
		kept := slices.DeleteFunc(strings.Fields(granted), func(s string) bool { return canonical(s) == scope })
		fields["scope"] = strings.Join(kept, " ")
		if r.PostForm.Get("grant_type") == "authorization_code" {
			delete(fields, scope)
		}
	})
}

// loggedIn is what happens when the browser is logged in as this user.
func loggedIn(username string) act {
	return func(_ *Org, r *http.Request, next handler) answer {
		r.Form.Set("login_hint", username)
		return next(r)
	}
}

// signedElsewhere names the identity URL of a foreign host under a valid signature.
func signedElsewhere(host string) act {
	return func(_ *Org, r *http.Request, next handler) answer {
		own := base(r)
		foreign := r.WithContext(r.Context())
		foreign.Host, foreign.TLS = host, new(tls.ConnectionState)
		a := next(foreign)
		if a.fields["instance_url"] != nil {
			a.fields["instance_url"] = own
		}
		return a
	}
}

// spoiled lets the endpoint do its work, which may rotate a token, and then does not send
// the whole answer.
func spoiled(deliver func(body []byte, w http.ResponseWriter, r *http.Request)) act {
	return func(_ *Org, r *http.Request, next handler) answer {
		a := next(r)
		a.status, a.stream = 0, deliver
		return a
	}
}

// hang sends nothing until the client has gone.
func hang(_ []byte, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// truncate announces the whole body and closes after half of it.
func truncate(body []byte, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
}

// flood writes until the client has gone.
func flood(_ []byte, w http.ResponseWriter, _ *http.Request) {
	_, err := io.WriteString(w, `{"access_token":"`)
	for more := strings.Repeat("A", 32<<10); err == nil; {
		_, err = io.WriteString(w, more)
	}
}
