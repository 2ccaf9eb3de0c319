package window

import "strings"

// inASCII draws with signs that have one cell wherever they are drawn. Others of ours are of
// ambiguous width (UAX #11): terminals that are set up for older Japanese fonts give them two,
// and every line after one is torn. What people and Salesforce write stays as it is.
var inASCII = strings.NewReplacer(
	"●", "*", "○", "o", "◉", "@", // the steps of a login
	"━", "=", "─", "-", "┄", ".", "│", "|", "┃", "|", "╭", "+", "╮", "+", "╰", "+", "╯", "+",
	"→", ">", "←", "<", "↑", "^", "↓", "v", "↗", "^",
	"…", "~", "·", "-", "•", "*", "×", "x", "“", `"`, "”", `"`, "‘", "'", "’", "'", "—", "-",
)
