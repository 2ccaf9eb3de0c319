package page

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestJapaneseIsBrokenBetweenLettersAndByItsRules(t *testing.T) {
	for _, row := range []struct {
		text  string
		cells int
		want  string
	}{
		{"Salesforce が時間内に応答しませんでした。", 18, "Salesforce が時間|内に応答しませんで|した。"},
		{"ポート、パスを照合します。", 6, "ポート|、パス|を照合|しま|す。"},
		{"それは「はい」です。", 8, "それは|「はい」|です。"},
		{"アカウントへのログイン", 16, "アカウントへの|ログイン"},
		{"外部クライアントアプリケーション", 20, "外部クライアントアプ|リケーション"},
		{"アプリの http://localhost:1717/OauthRedirect を見てください。", 32, "アプリの|http://localhost:1717/OauthRedir|ect を見てください。"},
		{"[設定] タブを開きます (api)。", 12, "[設定] タブ|を開きます|(api)。"},
		{"残り 5 件です", 7, "残り|5 件で|す"},
		{"plain words only", 7, "plain|words|only"},
	} {
		if got := strings.Join(trimmed(Wrap(row.text, row.cells)), "|"); got != row.want {
			t.Errorf("%q in %d cells: %q, want %q", row.text, row.cells, got, row.want)
		}
	}
}

func TestWrappedLinesLoseNothingAndFit(t *testing.T) {
	const text = "コールバック URL http://localhost:1717/OauthRedirect を、アプリに 1 行で「追加」してください。変更の反映には (最大) 10 分、新しいアプリでは 30 分待ってください…"
	for cells := 2; cells < 90; cells++ {
		lines := Wrap(text, cells)
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("in %d cells it reads %q", cells, got)
		}
		for _, l := range lines {
			if ansi.StringWidth(l) > cells {
				t.Errorf("a line of %d cells in %d: %q", ansi.StringWidth(l), cells, l)
			}
			if cells > 20 && strings.ContainsAny(l[:1], ",.)") || strings.HasPrefix(l, "、") && cells > 20 {
				t.Errorf("in %d cells a line begins with a sign: %q", cells, l)
			}
		}
	}
}

func trimmed(lines []string) (all []string) {
	for _, l := range lines {
		all = append(all, strings.TrimRight(l, " "))
	}
	return all
}

func TestNoStopStandsAloneBelowAnAddress(t *testing.T) {
	const text = "Paste the whole address that begins with http://localhost:32997/OauthRedirect."
	for cells := 10; cells < 80; cells++ {
		for _, line := range Wrap(text, cells) {
			if strings.TrimSpace(line) == "." || ansi.StringWidth(line) > cells {
				t.Errorf("%d cells: %q", cells, line)
			}
		}
	}
}
