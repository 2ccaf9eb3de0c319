package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sfauth/tui/text"
)

func (a *app) manCommand() *cobra.Command {
	cmd := a.command("man", a.atMost(0), nil)
	cmd.Hidden = true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprint(a.out, a.manual(cmd.Root()))
		return err
	}
	return cmd
}

// manual is the page of sfauth for man, in the language that it is written in (groff_man(7)).
func (a *app) manual(root *cobra.Command) string {
	t := a.words.Manual.Page
	var p roff
	p.line(".TH SFAUTH 1 %q %q", time.Now().Format(time.DateOnly), "sfauth "+root.Version)
	p.line(".nh\n.ad l") // what is typed is neither torn nor stretched
	p.section(t.Name)
	p.text(root.Name() + " - " + root.Short)
	p.section(t.Synopsis)
	p.bold(root.Name() + " [FLAGS] [NAME]")
	p.line(".br")
	p.bold(root.Name() + " COMMAND [FLAGS] …")
	p.section(t.Description)
	p.text(about(root))
	for _, f := range flags(root) {
		p.paragraph(spelt(f))
		p.text(a.meaning(f))
	}
	p.section(t.Commands)
	for _, cmd := range offered(root) {
		p.line(".SS %s", escaped(synopsis(cmd)))
		for i, part := range strings.Split(about(cmd), "\n\n") {
			if i > 0 {
				p.paragraph("")
			}
			p.text(part)
		}
		for _, f := range flags(cmd) {
			if cmd.InheritedFlags().Lookup(f.Name) == nil {
				p.paragraph(spelt(f))
				p.text(a.meaning(f))
			}
		}
		if codes := a.words.Command(cmd.Name()).ExitCodes; codes != "" {
			p.paragraph("")
			p.text(codes)
		}
	}
	for _, s := range []text.Section{t.ExitStatus, t.Environment, t.Files, t.Transcripts, t.Protected} {
		p.section(s.Heading)
		for i, e := range s.Entries {
			if i > 0 || e.Name != "" { // a heading begins a paragraph
				p.paragraph(e.Name)
			}
			p.text(e.About)
		}
	}
	return p.String()
}

// roff is a manual page under way.
type roff struct{ strings.Builder }

func (p *roff) line(format string, values ...any) { fmt.Fprintf(p, format+"\n", values...) }
func (p *roff) text(s string)                     { p.line("%s", escaped(s)) }
func (p *roff) bold(s string)                     { p.line(`\fB%s\fR`, escaped(s)) }
func (p *roff) section(heading string)            { p.line(".SH %s", escaped(strings.ToUpper(heading))) }

// paragraph begins one, below the name of what it is about, if that has one.
func (p *roff) paragraph(name string) {
	if name == "" {
		p.line(".PP")
		return
	}
	p.line(".TP")
	p.bold(name)
}

// escaped is a text in which nothing is a command: no line of it begins like one, and its
// dashes are those that are typed.
func escaped(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return `\&` + s
	}
	return s
}
