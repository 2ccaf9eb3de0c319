package text

// ManualText is what --help and the manual page say besides what a command says of itself.
type ManualText struct {
	Usage, Examples, Flags string                         // headings of --help
	HelpFlag, VersionFlag  string                         // what they are for, where a shell completes them
	Default                func(use, value string) string // of a flag: what it is for, and what it is where it is not given
	Page                   PageText
}

// PageText is the manual page's own: its headings, and what stands below the last five.
type PageText struct {
	Name, Synopsis, Description, Commands                  string
	ExitStatus, Environment, Files, Transcripts, Protected Section
}

// Section is a part of the manual page.
type Section struct {
	Heading string
	Entries []Entry
}

// Entry is a name, a number, a path or a command line, and what it is.
type Entry struct{ Name, About string }
