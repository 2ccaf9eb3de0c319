package text

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// about has something for whatever a sentence is about.
var about = flow.Request{RedirectURI: flow.DefaultRedirectURI, Name: "acme", Domain: func() flow.Domain { d, _ := flow.ParseDomain("acme"); return d }()}

func TestEveryFailureHasItsSentences(t *testing.T) {
	unknown := English.Explain(flow.KindUnknown, about).Title
	for _, k := range flow.Kinds() {
		trouble := English.Explain(k, about)
		if trouble.Title == "" || trouble.Meaning == "" || len(trouble.Fix) == 0 || k != flow.KindUnknown && trouble.Title == unknown {
			t.Errorf("%s: %+v", k, trouble)
		}
	}
}

func TestSentencesAreShortAndWhole(t *testing.T) {
	for _, k := range flow.Kinds() {
		trouble := English.Explain(k, about)
		for _, text := range append([]string{trouble.Meaning}, trouble.Fix...) {
			for _, s := range sentences(text) {
				first, _ := utf8.DecodeRuneInString(s)
				starts := unicode.IsUpper(first) || strings.HasPrefix(s, "sfauth ") || strings.HasPrefix(s, "acme")
				if n := utf8.RuneCountInString(s); n == 0 || n > 140 || !starts || !strings.ContainsAny(s[len(s)-1:], ".?") {
					t.Errorf("%s: %q (%d)", k, s, n)
				}
			}
		}
		if strings.HasSuffix(trouble.Title, ".") || utf8.RuneCountInString(trouble.Title) > 60 {
			t.Errorf("%s: title %q", k, trouble.Title)
		}
	}
}

func sentences(text string) []string {
	return strings.Split(regexp.MustCompile(`([.?]) ([A-Z]|sfauth |acme)`).ReplaceAllString(text, "$1\n$2"), "\n")
}

// The first remedy is printed as a hint, in lower case, by the commands.
func TestTheFirstRemedyBeginsWithAVerb(t *testing.T) {
	verbs := strings.Fields(`Activate Add Ask Authorise Check Choose Close Copy Enter Install Log Look Make Open Paste
		Move Relax Remove Run Set Start Switch Try Type Unblock Unlock Use Wait`)
	for _, k := range flow.Kinds() {
		trouble := English.Explain(k, about)
		if verb, _, _ := strings.Cut(trouble.Fix[0], " "); !slices.Contains(verbs, strings.TrimSuffix(verb, ".")) {
			t.Errorf("%s: %q", k, trouble.Fix[0])
		}
	}
}

func TestWhereThereIsNoKeychainTheHintNamesTheFile(t *testing.T) {
	for _, k := range []flow.Kind{
		flow.KindKeychainNoBus, flow.KindKeychainNoProvider, flow.KindKeychainNoCollection, flow.KindKeychainUnavailable,
		flow.KindKeychainNoFile, flow.KindKeychainNoLogin,
	} {
		if fix := English.Explain(k, about).Fix[0]; !strings.Contains(fix, "sfauth login --store file") {
			t.Errorf("%s: %q", k, fix)
		}
	}
}

func TestAFailureOfTheFilesSaysItsPlaceOnce(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "/x/index.json.new", Err: fs.ErrPermission}
	own := fmt.Errorf("%w: %w", keystore.ErrFiles, missing)
	for want, err := range map[string]error{
		"sfauth cannot use its files: open /x/index.json.new: permission denied":                        own,
		"this file system has no locks: /x/a.lock: function not implemented":                            fmt.Errorf("%w: /x/a.lock: %w", keystore.ErrNoLock, syscall.ENOSYS),
		"nothing was renewed: sfauth's files cannot be used: open /x/index.json.new: permission denied": &flow.Error{Kind: flow.KindNoRoom, Err: own},
		"the connection's encrypted file is missing: /x/a.age":                                          fmt.Errorf("%w: /x/a.age", keystore.ErrFileMissing),
		"sfauth's directory is not a directory: /dev/null":                                              fmt.Errorf("%w: /dev/null", keystore.ErrNotDir),
		"the old copy is still there: the keychain is locked":                                           fmt.Errorf("%w: %w", keystore.ErrOldCopy, keystore.ErrLocked),
		"the two passphrases differ":                                                                    keystore.ErrDiffer,
	} {
		if got := English.Why(err, flow.Request{}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAWayThroughSetupGoesWithALink(t *testing.T) {
	for _, k := range flow.Kinds() {
		trouble := English.Explain(k, about)
		if _, linked := k.SetupPage(); linked && trouble.Setup == "" {
			t.Errorf("%s has a link into Setup and no words for it", k)
		}
	}
}

func TestEveryBrowserChoiceHasALabelOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range flow.BrowserKinds() {
		label := browserChoices.Of(k)
		if label == "" || seen[label] || utf8.RuneCountInString(label) > 64 {
			t.Errorf("%s: %q", k, label)
		}
		seen[label] = true
	}
	if len(browserChoices) != len(flow.BrowserKinds()) {
		t.Errorf("%d labels for %d choices", len(browserChoices), len(flow.BrowserKinds()))
	}
}

func TestEveryFailureOfTheDemoHasATitleOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range demo.Faults() {
		title := English.Faults.Of(f.Name)
		if title == "" || seen[title] || utf8.RuneCountInString(title) > 50 {
			t.Errorf("%s: %q", f.Name, title)
		}
		seen[title] = true
	}
	if len(English.Faults) != len(seen) {
		t.Errorf("%d titles for %d failures", len(English.Faults), len(seen))
	}
}

// What a choice shows is understood when it is pasted as well.
func TestWhatSalesforceShowsIsRecognised(t *testing.T) {
	for _, k := range []flow.Kind{flow.KindRedirectURIMismatch, flow.KindInvalidClientID, flow.KindAppNotInstalled,
		flow.KindApprovalError, flow.KindCrossOrg, flow.KindAppNotFound, flow.KindCodeChallengeMissing,
		flow.KindInsufficientPrivileges, flow.KindLocalhostRefused, flow.KindBlankPage, flow.KindFileDownloaded} {
		if got := flow.Recognise(browserChoices.Of(k)); got != k {
			t.Errorf("%q is taken for %s", browserChoices.Of(k), got)
		}
	}
}

func TestAnExposedFileIsToldWithTheCommandThatMendsIt(t *testing.T) {
	err := &flow.Error{Kind: flow.KindExposed, Err: &keystore.ExposedError{Path: "/x y", Why: "its mode is 0666", Mend: "chmod 600 '/x y'"}}
	if got := English.Hint(err, flow.Request{}); got != "run chmod 600 '/x y'" {
		t.Error(got)
	}
}
