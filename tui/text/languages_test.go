package text

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
)

// sameEverywhere are what Japanese does not translate: codes, names of formats and tools,
// what a person types, and what is written to a program.
var sameEverywhere = regexp.MustCompile(`^(` + strings.Join([]string{
	`Line`, `Detail`, `Home\.Place`, `Create\.Step`,
	`Org\.Sandbox`, `Facts\.Stores\.postgres`, `App\.ClientIDLike`, `Metadata\.EmailLike`, `Authorise\.PasteLike`,
	`Purposes\.Names\.(data360|agent)`,
	`Exports\.(Names|For)\..*`, `Taken\.Holders\..*`,
	`Browser\.Choices\..*`,
	`Lines\.(Verdict)?Columns`,
	`Lines\.Choices\.(NoApp|WhatFor|Help|MoreTime)\.Typed`,
	`Commands\.\w+\.Name`, `Commands\.(list|token|exec|export|rename|move|doctor|completion|version|help|man)\.Example`,
	`Manual\.Page\.\w+\.Entries\.Name`,
}, "|") + `)$`)

// withoutJapanese need no Japanese letter.
var withoutJapanese = regexp.MustCompile(`^(` + strings.Join([]string{
	`Tab\.Language`, `App\.Prompt`, `App\.PromptLike`, `App\.LoginHint`, `Day`, `Moment`, `Authorise\.Doubted`, `Lines\.Page`, `Create\.Step`, `Purposes\.Number`, `Remove\.Because`,
}, "|") + `)$`)

// A sentence is said in each form and with all that it is about.
func TestEverySentenceIsThereInJapaneseAndNotInEnglish(t *testing.T) {
	compareTexts(t, "", reflect.ValueOf(English), reflect.ValueOf(Japanese))
}

func compareTexts(t *testing.T, path string, en, ja reflect.Value) {
	t.Helper()
	at := func(name any) string { return strings.TrimPrefix(fmt.Sprintf("%s.%v", path, name), ".") }
	switch en.Kind() {
	case reflect.Struct:
		for i := range en.NumField() {
			compareTexts(t, at(en.Type().Field(i).Name), en.Field(i), ja.Field(i))
		}
	case reflect.Slice, reflect.Array:
		if _, are := words(en); are {
			compareWords(t, path, en, ja)
			return
		}
		if en.Type() == reflect.TypeFor[Typed]() { // more words may be taken in one language
			en, ja = en.Slice(0, min(1, en.Len())), ja.Slice(0, min(1, ja.Len()))
		}
		if en.Len() == 0 && !strings.HasPrefix(path, "Explained") || en.Len() != ja.Len() {
			t.Errorf("%s: %d in English, %d in Japanese", path, en.Len(), ja.Len())
			return
		}
		for i := range en.Len() {
			at := path
			if command, is := en.Index(i).Interface().(CommandText); is {
				at += "." + command.Name
			}
			compareTexts(t, at, en.Index(i), ja.Index(i))
		}
	case reflect.Func:
		if en.IsNil() || ja.IsNil() {
			t.Errorf("%s is missing", path)
			return
		}
		for _, args := range argumentsOf(en.Type()) {
			e, j := en.Call(args), ja.Call(args)
			compareTexts(t, path, e[0], j[0])
			for _, a := range args {
				if put := a.String(); a.Kind() == reflect.String && a.Type() == reflect.TypeFor[string]() && e[0].Kind() == reflect.String &&
					strings.Contains(e[0].String(), put) != strings.Contains(j[0].String(), put) {
					t.Errorf("%s says %q in one language alone", path, put)
				}
			}
		}
	case reflect.Interface:
		compareSentences(t, path, fmt.Sprint(en.Interface()), fmt.Sprint(ja.Interface()))
	case reflect.String:
		compareSentences(t, path, en.String(), ja.String())
	default:
		t.Errorf("%s is a %s, which is not compared", path, en.Kind())
	}
}

// words are the sentences of a Words, by what they are about.
func words(v reflect.Value) (said map[string]reflect.Value, are bool) {
	if _, are = v.Type().MethodByName("Of"); !are {
		return nil, false
	}
	said = map[string]reflect.Value{}
	for i := range v.Len() {
		said[v.Index(i).Field(0).String()] = v.Index(i).Field(1)
	}
	return said, true
}

func compareWords(t *testing.T, path string, en, ja reflect.Value) {
	t.Helper()
	english, _ := words(en)
	japanese, _ := words(ja)
	if len(english) == 0 && !strings.HasPrefix(path, "Commands.") {
		t.Errorf("%s is empty", path)
	}
	if len(english) != en.Len() || len(japanese) != ja.Len() || len(english) != len(japanese) {
		t.Errorf("%s: %d of %d in English, %d of %d in Japanese are about something of their own", path, len(english), en.Len(), len(japanese), ja.Len())
	}
	for about, e := range english {
		if j, is := japanese[about]; is {
			compareTexts(t, path+"."+about, e, j)
		} else {
			t.Errorf("%s.%s is in English alone", path, about)
		}
	}
}

// argumentsOf are what a sentence may be about.
func argumentsOf(f reflect.Type) (calls [][]reflect.Value) {
	calls = [][]reflect.Value{nil}
	for i := range f.NumIn() {
		var values []any
		switch f.In(i) {
		case reflect.TypeFor[string]():
			values = []any{fmt.Sprintf("x%dx", i)}
		case reflect.TypeFor[int]():
			values = []any{1, 2, 1000}
		case reflect.TypeFor[time.Time]():
			values = []any{time.Date(2026, 11, 26, 15, 4, 5, 0, time.Local)}
		case reflect.TypeFor[time.Duration]():
			values = []any{time.Second, 90 * time.Second, 5 * time.Minute, 49 * time.Hour, 60 * 24 * time.Hour}
		case reflect.TypeFor[error]():
			values = []any{fmt.Errorf("x%dx", i)}
		case reflect.TypeFor[[]string]():
			values = []any{[]string{"x1x", "x2x"}}
		case reflect.TypeFor[bool]():
			values = []any{true, false}
		case reflect.TypeFor[flow.Kind]():
			for _, k := range flow.Kinds() {
				values = append(values, k)
			}
		case reflect.TypeFor[About]():
			values = []any{
				About{Callback: "http://localhost:1717/x", Port: "1717", Host: "x.my.salesforce.com", Logout: "https://x.my.salesforce.com/x", Name: "x"},
				About{Callback: "http://localhost:1717/x", Port: "1717", Host: "x.my.salesforce.com", Logout: "https://x.my.salesforce.com/x"},
			}
		default:
			panic("a sentence about " + f.In(i).String() + " is not called")
		}
		var more [][]reflect.Value
		for _, c := range calls {
			for _, v := range values {
				more = append(more, append(slices.Clone(c), reflect.ValueOf(v)))
			}
		}
		calls = more
	}
	return calls
}

func compareSentences(t *testing.T, path, en, ja string) {
	t.Helper()
	optional := strings.HasPrefix(path, "Commands.") || strings.HasSuffix(path, ".Setup") || strings.HasSuffix(path, ".Entries.Name")
	switch {
	case en == "" && ja == "" && optional:
	case en == "" || ja == "":
		t.Errorf("%s is missing: English %q, Japanese %q", path, en, ja)
	case sameEverywhere.MatchString(path):
	case en == ja:
		t.Errorf("%s is not translated: %q", path, ja)
	case withoutJapanese.MatchString(path):
	case !strings.ContainsFunc(ja, isJapanese):
		t.Errorf("%s has no Japanese letter: %q", path, ja)
	}
	if english := leftEnglish(ja); english != "" && !sameEverywhere.MatchString(path) {
		t.Errorf("%s has an English sentence in it: %q in %q", path, english, ja)
	}
	if strings.ContainsFunc(en, isJapanese) {
		t.Errorf("%s has Japanese letters in English: %q", path, en)
	}
}

func isJapanese(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// commands are what is typed or shown in a terminal, in the midst of Japanese.
var commands = regexp.MustCompile(strings.Join([]string{
	`sf org( [a-z-]+)+( --?[\w-]+( [A-Z]+)?)*`, `sfauth( [a-z]+)?( x\w*)?( --?[\w-]+( [a-z]+)?)*`, `ssh -L [\w:]+`, `gnome-keyring-daemon( --\w+)+ < FILE`, `dbus-run-session -- sh`, `security [a-z-]+( -s [\w.-]+)?`,
	`netsh int ipv4 show excludedportrange tcp`, `missing required code challenge`, `Data Not Available`, `chmod \d+`,
	`\((Approve Uninstalled Connected Apps|Permitted Users|Enforce Refresh Token IP Allowlist)\)`, `Use Any API Client`,
}, "|"))

// leftEnglish is three English words in a row, where they are no command.
func leftEnglish(ja string) string {
	return regexp.MustCompile(`[A-Za-z']+( [a-z']{2,}){2,}`).FindString(commands.ReplaceAllString(ja, "。"))
}

func TestEveryFailureInJapaneseIsShortAndWhole(t *testing.T) {
	for _, k := range flow.Kinds() {
		trouble := Japanese.Explain(k, about)
		if n := utf8.RuneCountInString(trouble.Title); strings.HasSuffix(trouble.Title, "。") || n > 52 {
			t.Errorf("%s: title %q (%d)", k, trouble.Title, n)
		}
		for _, said := range append([]string{trouble.Meaning}, trouble.Fix...) {
			whole := strings.HasSuffix(said, "。") || strings.HasSuffix(said, "?") || strings.Contains(said, ": s") // or a command at the end
			if n := utf8.RuneCountInString(said); !whole || n > 140 {
				t.Errorf("%s: %q (%d)", k, said, n)
			}
			for sentence := range strings.SplitSeq(said, "。") {
				if n := utf8.RuneCountInString(sentence); n > 90 {
					t.Errorf("%s: a sentence of %d: %q", k, n, sentence)
				}
			}
		}
		for _, fix := range trouble.Fix {
			if !strings.Contains(fix, "ください") && !strings.HasSuffix(fix, "ます。") {
				t.Errorf("%s: this asks for nothing: %q", k, fix)
			}
		}
		if strings.HasSuffix(trouble.Why, "。") || strings.HasSuffix(trouble.Hint, "。") {
			t.Errorf("%s: a line ends in a full stop: %q, %q", k, trouble.Why, trouble.Hint)
		}
		if _, linked := k.SetupPage(); linked != (trouble.Setup != "") && linked {
			t.Errorf("%s has a link into Setup and no words for it", k)
		}
	}
}

// Setup spells its words so today; the older spellings are only recognised.
func TestJapaneseIsSpeltAsSetupSpellsIt(t *testing.T) {
	old := regexp.MustCompile(`(ユーザ|コンシューマ|フォルダ|ブラウザ|サーバ|マネージャ|コンピュータ|ヘルパ)([^ーァ-ヶ]|$)|ローテーション|Connected App$`)
	each(t, reflect.ValueOf(Japanese), func(path, said string) {
		if found := old.FindString(said); found != "" {
			t.Errorf("%s: %q in %q", path, found, said)
		}
		if strings.ContainsAny(said, "！？（）：　０１２３４５６７８９") {
			t.Errorf("%s has full width signs: %q", path, said)
		}
	})
}

// One space stands between Latin and Japanese letters, as in Setup; none beside 、。「」.
func TestLatinAndJapaneseLettersAreSpacedAsInSetup(t *testing.T) {
	close := regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}ー][A-Za-z0-9]|[A-Za-z0-9][\p{Hiragana}\p{Katakana}\p{Han}]`)
	apart := regexp.MustCompile(` [、。」]|[「] |[\p{Hiragana}\p{Katakana}\p{Han}]  `)
	each(t, reflect.ValueOf(Japanese), func(path, said string) {
		if strings.HasSuffix(path, ".Example") {
			return
		}
		for _, wrong := range []*regexp.Regexp{close, apart} {
			if found := wrong.FindString(said); found != "" {
				t.Errorf("%s: %q in %q", path, found, said)
			}
		}
	})
}

// each calls do with every sentence of a text.
func each(t *testing.T, v reflect.Value, do func(path, said string)) {
	t.Helper()
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice, reflect.Array:
			if said, are := words(v); are {
				for about, sentence := range said {
					walk(path+"."+about, sentence)
				}
				return
			}
			for i := range v.Len() {
				walk(path, v.Index(i))
			}
		case reflect.Func:
			if v.IsNil() {
				t.Errorf("%s is missing", path)
				return
			}
			for _, args := range argumentsOf(v.Type()) {
				walk(path, v.Call(args)[0])
			}
		case reflect.Interface:
			do(path, fmt.Sprint(v.Interface()))
		case reflect.String:
			do(path, v.String())
		}
	}
	walk("", v)
}

// What a person types is taken in their language and in English, and as their input method
// gives it.
// What puts a sentence beside something else puts the blank there, too.
func TestNoSentenceEndsInABlank(t *testing.T) {
	for _, words := range []Text{English, Japanese} {
		each(t, reflect.ValueOf(words), func(path, said string) {
			if strings.TrimRight(said, " ") != said {
				t.Errorf("%s: %q", path, said)
			}
		})
	}
}

func TestAJapaneseWordAndTheEnglishOneMeanTheSame(t *testing.T) {
	for _, typed := range []string{"yes", "y", "Y", "YES\n", "はい", " はい　\n", "ｙｅｓ", "ｙ"} {
		if !Japanese.Lines.Yes.Is(typed) {
			t.Errorf("%q is no yes", typed)
		}
	}
	for _, typed := range []string{"", "n", "いいえ", "yes please", "はいは", "retry"} {
		if Japanese.Lines.Yes.Is(typed) {
			t.Errorf("%q is a yes", typed)
		}
	}
	if again := Japanese.Lines.Choices.SaveAgain; !again.Is("retry") || !again.Is("再試行") || again.Is("新規") {
		t.Error("retry is not taken")
	}
}

func TestNoDetailIsTranslatedTwice(t *testing.T) {
	seen := map[string]bool{}
	for i := 0; i < len(japaneseDetails); i += 2 {
		if english := japaneseDetails[i]; seen[english] {
			t.Errorf("%q is there twice", english)
		} else {
			seen[english] = true
		}
	}
}

// An error is made of constants in English, which its screens and lines put into words.
func TestEveryDetailOfAnErrorIsThereInJapanese(t *testing.T) {
	for _, room := range []string{"../../flow", "../../keystore", "../../flow/export", "..", "../login"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				f, ok := call.Fun.(*ast.SelectorExpr)
				literal, isLiteral := call.Args[0].(*ast.BasicLit)
				if !ok || !isLiteral || f.Sel.Name != "Errorf" && f.Sel.Name != "New" || literal.Kind != token.STRING {
					return true
				}
				said, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				said = regexp.MustCompile(`%.`).ReplaceAllString(said, "1")
				if rest := regexp.MustCompile(`[a-z]{2,}( [a-z]{2,})+`).FindString(Japanese.Detail(said)); rest != "" && !ownToTheProgram.MatchString(said) {
					t.Errorf("%s: %q stays English in %q", name, rest, Japanese.Detail(said))
				}
				return true
			})
		}
	}
}

// ownToTheProgram are errors that no person sees: one part of the program tells another.
var ownToTheProgram = regexp.MustCompile(`^(went back|there is no clipboard here|the clipboard has something else now)$`)

func TestEveryJapaneseBrowserChoiceHasALabelOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range flow.BrowserKinds() {
		label := japaneseChoices.Of(k)
		if label == "" || seen[label] {
			t.Errorf("%s: %q", k, label)
		}
		seen[label] = true
		if got := flow.Recognise(label); got != k {
			t.Errorf("%q is taken for %s when it is pasted", label, got)
		}
	}
}

// Nobody knows the instance of an org that a token of another tool's is of.
func TestAnOrgIsNamedWithoutAnInstance(t *testing.T) {
	for said, want := range map[string]string{English.Lines.Org("00D1", ""): "Its org is 00D1.", Japanese.Lines.Org("00D1", ""): "組織は 00D1 です。"} {
		if said != want {
			t.Errorf("%q, want %q", said, want)
		}
	}
}
