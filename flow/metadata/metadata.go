// Package metadata writes an External Client App down as the Metadata API has it, for those who
// deploy with the Salesforce CLI or keep their org in git (SALESFORCE.md §6.5). It only writes
// down: no host, no file, no person is asked.
package metadata

import (
	"encoding/xml"
	"regexp"
	"strings"
	"sync"
)

// App is what the app of a login needs to be. There is neither a key nor a secret in it:
// Salesforce makes both when the app is deployed.
type App struct {
	Name     string // its API Name, for which IsName holds
	Email    string // of who answers for it; Salesforce requires one
	Callback string
	Scope    string // names, separated by blanks
	JWT      bool   // it issues JWT-based access tokens
	Public   bool   // it has no secret
}

// File is one that belongs into a project of the Salesforce CLI.
type File struct {
	Path string // below a package directory, with slashes
	Text string
}

// Version is that of the Metadata API which these files are for: the oldest in which
// isNamedUserJwtEnabled was seen to be taken.
const Version = "67.0"

// part is one of the components that an app is made of. Salesforce names them so itself: it
// would make a second policy beside one of another name.
type part struct {
	kind, folder, suffix string // of the file
	after                string // the name of the app
}

var parts = [...]part{
	{"ExternalClientApplication", "externalClientApps", "eca", ""},
	{"ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth", "_oauth"},
	{"ExtlClntAppGlobalOauthSettings", "extlClntAppGlobalOauthSets", "ecaGlblOauth", "_glbloauth"},
	{"ExtlClntAppOauthConfigurablePolicies", "extlClntAppOauthPolicies", "ecaOauthPlcy", "_oauth_defaultPolicy"},
}

// IsName tells an API Name: letters and digits, and single underscores between them. It is
// shorter than Salesforce's 80, for the names of the parts are longer.
func IsName(name string) bool { return len(name) <= 60 && apiName().MatchString(name) }

var apiName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$`)
})

// IsEmail tells an address that Salesforce may take.
func IsEmail(text string) bool { return len(text) <= 80 && email().MatchString(text) }

var email = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[^\s\p{C}@<>",;:\\]+@[^\s\p{C}@<>",;:\\.]+(\.[^\s\p{C}@<>",;:\\.]+)+$`)
})

// Parts are the components, as the Salesforce CLI names them: ExternalClientApplication:sfauth.
func (a App) Parts() (all []string) {
	for _, p := range parts {
		all = append(all, p.kind+":"+a.Name+p.after)
	}
	return all
}

// Files are the files of the app.
func (a App) Files() (all []File) {
	scopes, own := scopesOf(a.Scope)
	for i, content := range []any{
		application{Email: a.Email, Description: "Made by sfauth: OAuth 2.0 web server flow with PKCE.", Distribution: "Local", Label: a.Name},
		oauthSettings{Scopes: strings.Join(scopes, ", "), App: a.Name, Label: a.Name + parts[1].after},
		globalSettings{Callback: a.Callback, App: a.Name, SecretOptional: a.Public, JWT: a.JWT, PKCE: true, Rotation: true,
			SecretToRefresh: !a.Public, Label: a.Name + parts[2].after},
		policies{Scopes: strings.Join(own, ", "), App: a.Name, IP: "Enforce", Label: a.Name + parts[3].after, Users: "AllSelfAuthorized",
			Refresh: "SpecificInactivity", Period: 30, Unit: "Days"},
	} {
		p := parts[i]
		text, err := xml.MarshalIndent(content, "", "    ")
		if err != nil {
			panic(err) // strings, numbers and booleans can be written
		}
		all = append(all, File{p.folder + "/" + a.Name + p.after + "." + p.suffix + "-meta.xml", xml.Header + string(text) + "\n"})
	}
	return all
}

// Project is the file that makes a directory a project of the Salesforce CLI, which deploys
// from nothing else.
func Project() File {
	return File{"sfdx-project.json", "{\n  \"packageDirectories\": [{ \"path\": \"" + PackageDirectory + "\", \"default\": true }],\n  \"sourceApiVersion\": \"" + Version + "\"\n}\n"}
}

// PackageDirectory is where such a project has its packages, and Source where files stand in one.
const (
	PackageDirectory = "force-app"
	Source           = "main/default"
)

// Of each type what sfauth decides, in the order of the alphabet, as Salesforce writes it. What
// is left out is off, or as the org has it.
type (
	application struct {
		XMLName      xml.Name `xml:"http://soap.sforce.com/2006/04/metadata ExternalClientApplication"`
		Email        string   `xml:"contactEmail"`
		Description  string   `xml:"description"`
		Distribution string   `xml:"distributionState"`
		Protected    bool     `xml:"isProtected"`
		Label        string   `xml:"label"`
	}
	oauthSettings struct {
		XMLName xml.Name `xml:"http://soap.sforce.com/2006/04/metadata ExtlClntAppOauthSettings"`
		Scopes  string   `xml:"commaSeparatedOauthScopes"`
		App     string   `xml:"externalClientApplication"`
		Label   string   `xml:"label"`
	}
	globalSettings struct {
		XMLName         xml.Name `xml:"http://soap.sforce.com/2006/04/metadata ExtlClntAppGlobalOauthSettings"`
		Callback        string   `xml:"callbackUrl"`
		App             string   `xml:"externalClientApplication"`
		SecretOptional  bool     `xml:"isConsumerSecretOptional"`
		IntrospectAll   bool     `xml:"isIntrospectAllTokens"`
		JWT             bool     `xml:"isNamedUserJwtEnabled"`
		PKCE            bool     `xml:"isPkceRequired"`
		Rotation        bool     `xml:"isRefreshTokenRotationEnabled"`
		SecretToRefresh bool     `xml:"isSecretRequiredForRefreshToken"`
		Label           string   `xml:"label"`
		NewKey          bool     `xml:"shouldRotateConsumerKey"`
		NewSecret       bool     `xml:"shouldRotateConsumerSecret"`
	}
	policies struct {
		XMLName xml.Name `xml:"http://soap.sforce.com/2006/04/metadata ExtlClntAppOauthConfigurablePolicies"`
		Scopes  string   `xml:"commaSeparatedCustomScopes,omitempty"`
		App     string   `xml:"externalClientApplication"`
		IP      string   `xml:"ipRelaxationPolicyType"`
		Label   string   `xml:"label"`
		Users   string   `xml:"permittedUsersPolicyType"`
		Refresh string   `xml:"refreshTokenPolicyType"`
		Period  int      `xml:"refreshTokenValidityPeriod"`
		Unit    string   `xml:"refreshTokenValidityUnit"`
	}
)

// scopeNames are those of scopes in the Metadata API, which differ from those in OAuth.
var scopeNames = map[string]string{
	"api": "Api", "web": "Web", "full": "Full", "id": "Basic", "openid": "OpenID", "profile": "Profile", "email": "Email", "address": "Address",
	"phone": "Phone", "refresh_token": "RefreshToken", "offline_access": "OfflineAccess", "visualforce": "CustomApplications",
	"content": "Content", "lightning": "Lightning", "chatter_api": "Chatter", "custom_permissions": "CustomPermissions",
	"wave_api": "Wave", "eclair_api": "Eclair", "pardot_api": "Pardot", "cdp_api": "CDP", "cdp_ingest_api": "CDPIngest",
	"cdp_profile_api": "CDPProfile", "cdp_query_api": "CDPQuery", "cdp_segment_api": "CDPSegment",
	"cdp_identityresolution_api": "CDPIdentityResolution", "cdp_calculated_insight_api": "CDPCalculatedInsight",
	"sfap_api": "SFApiPlatform", "einstein_gpt_api": "EinsteinGPT", "chatbot_api": "Chatbot", "interaction_api": "Interaction",
	"scrt_api": "SCRT", "user_registration_api": "UserRegistration", "forgot_password": "ForgotPassword",
	"pwdless_login_api": "PwdlessLogin", "mcp_api": "MCP",
}

// scopesOf are Salesforce's own scopes, and those that an org has made, which its policies name.
func scopesOf(scope string) (salesforces, own []string) {
	for name := range strings.FieldsSeq(scope) {
		if s, ok := scopeNames[name]; ok {
			salesforces = append(salesforces, s)
		} else {
			own = append(own, name)
		}
	}
	return salesforces, own
}
