package metadata_test

import (
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/metadata"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func app(change func(*metadata.App)) metadata.App {
	a := metadata.App{Name: "sfauth", Email: "ana@acme.example", Callback: flow.DefaultRedirectURI, Scope: flow.DefaultScope}
	if change != nil {
		change(&a)
	}
	return a
}

func forPurpose(key string) func(*metadata.App) {
	i := slices.IndexFunc(flow.Purposes, func(p flow.Purpose) bool { return p.Key == key })
	p := flow.Purposes[i]
	return func(a *metadata.App) { a.Name, a.Scope, a.JWT, a.Public = "for_"+key, p.Scopes, p.JWT, p.Public }
}

// The goldens are what Salesforce takes: the names of the elements, their values and the files
// are those of the Metadata API's guide (SALESFORCE.md §6.5).
func TestAnAppIsWrittenAsSalesforceTakesIt(t *testing.T) {
	for _, change := range []func(*metadata.App){nil, forPurpose("data360"), forPurpose("agent"), forPurpose("mcp")} {
		a := app(change)
		for _, f := range append(a.Files(), metadata.Project()) {
			golden := filepath.Join("testdata", a.Name, filepath.FromSlash(f.Path))
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(f.Text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || string(want) != f.Text {
				t.Errorf("%s: got\n%swant\n%s(%v)", golden, f.Text, want, err)
			}
		}
	}
}

// schema is what Salesforce's own types have of the elements that sfauth could write
// (@salesforce/types 1.9.0, lib/metadata.d.ts).
var schema = map[string]string{
	"ExternalClientApplication": "contactEmail contactPhone description distributionState iconUrl infoUrl isProtected label logoUrl managedType orgScopedExternalApp",
	"ExtlClntAppOauthSettings":  "clientAssertionCertificate commaSeparatedOauthScopes externalClientApplication isFirstPartyAppEnabled label oauthLink singleLogoutUrl",
	"ExtlClntAppGlobalOauthSettings": "callbackUrl certificate consumerKey consumerSecret externalClientApplication isClientCredentialsFlowEnabled isCodeCredFlowEnabled " +
		"isCodeCredPostOnly isConsumerSecretOptional isDeviceFlowEnabled isIntrospectAllTokens isNamedUserJwtEnabled isPkceRequired isRefreshTokenRotationEnabled " +
		"isSecretRequiredForRefreshToken isSecretRequiredForTokenExchange isTokenExchangeEnabled label shouldRotateConsumerKey shouldRotateConsumerSecret",
	"ExtlClntAppOauthConfigurablePolicies": "clientCredentialsFlowUser commaSeparatedCustomScopes commaSeparatedPermissionSet commaSeparatedProfile externalClientApplication " +
		"ipRelaxationPolicyType isClientCredentialsFlowEnabled label permittedUsersPolicyType refreshTokenPolicyType refreshTokenValidityPeriod refreshTokenValidityUnit " +
		"requiredSessionLevel sessionTimeoutInMinutes startUrl",
}

func TestEveryElementIsInSalesforcesSchemaAndInItsOrder(t *testing.T) {
	for _, f := range app(func(a *metadata.App) { a.Scope += " My_Scope" }).Files() {
		root, elements := read(t, f)
		known := strings.Fields(schema[root])
		for i, e := range elements {
			if !slices.Contains(known, e.XMLName.Local) || e.XMLName.Space != "http://soap.sforce.com/2006/04/metadata" {
				t.Errorf("%s: %s has no element %s", f.Path, root, e.XMLName.Local)
			}
			if i > 0 && elements[i-1].XMLName.Local >= e.XMLName.Local {
				t.Errorf("%s: %s stands after %s", f.Path, e.XMLName.Local, elements[i-1].XMLName.Local)
			}
		}
	}
}

type element struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

func read(t *testing.T, f metadata.File) (root string, elements []element) {
	t.Helper()
	var all struct {
		XMLName xml.Name
		All     []element `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(f.Text), &all); err != nil {
		t.Fatalf("%s: %v", f.Path, err)
	}
	return all.XMLName.Local, all.All
}

// valueOf is the text of an element, "" where there is none.
func valueOf(t *testing.T, a metadata.App, name string) (value string) {
	t.Helper()
	for _, f := range a.Files() {
		_, elements := read(t, f)
		for _, e := range elements {
			if e.XMLName.Local == name {
				value = e.Text
			}
		}
	}
	return value
}

func TestAnAppIsAsTheLoginNeedsIt(t *testing.T) {
	for element, want := range map[string]string{
		"callbackUrl": flow.DefaultRedirectURI, "commaSeparatedOauthScopes": "Api, RefreshToken", "distributionState": "Local",
		"isPkceRequired": "true", "isRefreshTokenRotationEnabled": "true", "isNamedUserJwtEnabled": "false",
		"isConsumerSecretOptional": "false", "isSecretRequiredForRefreshToken": "true", "isIntrospectAllTokens": "false",
		"permittedUsersPolicyType": "AllSelfAuthorized", "refreshTokenPolicyType": "SpecificInactivity",
	} {
		if got := valueOf(t, app(nil), element); got != want {
			t.Errorf("%s is %q, want %q", element, got, want)
		}
	}
	mcp := app(forPurpose("mcp"))
	if valueOf(t, mcp, "isConsumerSecretOptional") != "true" || valueOf(t, mcp, "isSecretRequiredForRefreshToken") != "false" || valueOf(t, mcp, "isNamedUserJwtEnabled") != "true" {
		t.Errorf("a public client: %v", mcp.Files())
	}
	own := app(func(a *metadata.App) { a.Scope = "api refresh_token My_Scope" })
	if valueOf(t, own, "commaSeparatedOauthScopes") != "Api, RefreshToken" || valueOf(t, own, "commaSeparatedCustomScopes") != "My_Scope" {
		t.Errorf("a scope of the org's: %v", own.Files())
	}
}

// Salesforce makes both when the app is deployed; what is written may be kept in git.
func TestAnAppHasNeitherKeyNorSecretInIt(t *testing.T) {
	for _, f := range app(nil).Files() {
		for _, no := range []string{"<consumerKey", "<consumerSecret", "<certificate", "<oauthLink"} {
			if strings.Contains(f.Text, no) {
				t.Errorf("%s has %s", f.Path, no)
			}
		}
	}
}

func TestEveryScopeOfAPurposeHasItsNameInTheMetadata(t *testing.T) {
	for _, p := range flow.Purposes {
		a := app(forPurpose(p.Key))
		if own := valueOf(t, a, "commaSeparatedCustomScopes"); own != "" {
			t.Errorf("%s: %s is written as the org's own", p.Key, own)
		}
	}
}

func TestWhatIsPutInStaysText(t *testing.T) {
	hostile := "http://localhost:1717/?a=1&b=<x>]]>\"'"
	a := app(func(a *metadata.App) { a.Callback, a.Email = hostile, "a&b@x.example" })
	if got := valueOf(t, a, "callbackUrl"); got != hostile {
		t.Errorf("%q came back as %q", hostile, got)
	}
	if got := valueOf(t, a, "contactEmail"); got != "a&b@x.example" {
		t.Error(got)
	}
}

func TestNamesAndAddressesThatSalesforceRefusesAreKnown(t *testing.T) {
	for name, ok := range map[string]bool{
		"sfauth": true, "My_App": true, "A": true, "App2": true, strings.Repeat("a", 60): true,
		"": false, "2App": false, "_App": false, "App_": false, "My__App": false, "My App": false, "アプリ": false, "a/b": false, "..": false, strings.Repeat("a", 61): false,
	} {
		if metadata.IsName(name) != ok {
			t.Errorf("the name %q: %v", name, !ok)
		}
	}
	for email, ok := range map[string]bool{
		"ana@acme.example": true, "ana+sf@mail.acme.example": true, "": false, "ana": false, "ana@acme": false, "@acme.example": false,
		"ana@acme.example, bo@acme.example": false, "a b@acme.example": false, "ana@acme..example": false,
	} {
		if metadata.IsEmail(email) != ok {
			t.Errorf("the address %q: %v", email, !ok)
		}
	}
}
