package demo

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"time"
)

// signingKey is the org's, made when the first JWT is: no other command waits for it.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return key
})

const keyID = "238"

// jwk is the public half of the key, as /id/keys has it (RFC 7517 §4).
func jwk() map[string]any {
	key := signingKey().PublicKey
	return map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": keyID,
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// signed is a JWT under the org's signature (RFC 7515 §3.1, RS256).
func signed(header, claims map[string]any) string {
	header["alg"], header["kid"] = "RS256", keyID
	var parts []string
	for _, part := range []map[string]any{header, claims} {
		text, _ := json.Marshal(part) // strings, numbers and lists
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	message := strings.Join(parts, ".")
	sum := sha256.Sum256([]byte(message))
	signature, err := rsa.SignPKCS1v15(nil, signingKey(), crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // the key is long enough
	}
	return message + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// newJWTAccessToken has the claims of a JWT-based access token, and its length, of about two
// kilobytes (SALESFORCE.md §3.3).
func newJWTAccessToken(g *grant, host string, now time.Time) string {
	permissions := strings.Repeat("EinsteinGPTPromptTemplates,ChatbotsAgentforceAPI,EmployeeAgent,GenericAgent,", 8)
	return signed(map[string]any{"tnk": "core/prod/" + OrgID, "ver": "1.0", "typ": "JWT", "tty": "sfdc-core-token"}, map[string]any{
		"scp": strings.Join(g.scopes, " "), "aud": []string{host, "https://api.salesforce.com"}, "iss": host,
		"sub": "uid:" + g.user.id, "client_id": g.app.ClientID, "nty": "sfdc", "mty": "oauth", "hsc": false, "roles": []string{},
		"sfi": rand.Text() + rand.Text() + rand.Text() + rand.Text(), "sfap_op": permissions, "sfap_rh": "boundary:" + OrgID,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(sessionLifetime).Unix(), "jti": rand.Text(),
	})
}
