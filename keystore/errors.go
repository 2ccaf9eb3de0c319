package keystore

import (
	"errors"
	"fmt"
)

// What the store can answer.
var (
	ErrNoConnection = errors.New("no such connection")
	ErrNameTaken    = errors.New("a connection of that name exists")
	ErrBadName      = errors.New("a name is 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit")
	ErrBusy         = errors.New("another sfauth is at work on this")
	ErrDamaged      = errors.New("the index is damaged") // wrapped with its path; nothing was changed
	ErrNewer        = errors.New("written by a newer sfauth")
	ErrForeignHome  = errors.New("running as root, and the directory belongs to somebody else")
	ErrNoHome       = errors.New("no directory for sfauth's files is known")
	ErrExposed      = errors.New("others can get at sfauth's files")        // an *ExposedError
	ErrNotDir       = errors.New("sfauth's directory is not a directory")   // wrapped with its path
	ErrFiles        = errors.New("sfauth's files cannot be used")           // wrapped with the OS's error, which has the path
	ErrNoLock       = fmt.Errorf("%w: the lock cannot be taken", ErrFiles)  // wrapped with why; nothing was begun
	ErrNoVault      = errors.New("no such store for secrets")               // wrapped with its kind
	ErrChanged      = errors.New("what is kept was changed outside sfauth") // wrapped with what
	ErrOldCopy      = errors.New("moved, but the old copy is still there")
)

// What a vault can answer. Only ErrNotFound means that there is no such secret.
var (
	ErrNotFound       = errors.New("no such secret")
	ErrUnavailable    = errors.New("no keychain in this session") // the next six wrap it, three of Linux and three of macOS
	ErrNoBus          = fmt.Errorf("%w: there is no session bus", ErrUnavailable)
	ErrNoProvider     = fmt.Errorf("%w: no program provides the Secret Service", ErrUnavailable)
	ErrNoCollection   = fmt.Errorf("%w: the Secret Service has no keyring yet", ErrUnavailable)
	ErrNoDefault      = fmt.Errorf("%w: there is no default keychain", ErrUnavailable)
	ErrNoKeychainFile = fmt.Errorf("%w: the keychain's file is missing or damaged", ErrUnavailable)
	ErrNoLogin        = fmt.Errorf("%w: this session has no login", ErrUnavailable)
	ErrLocked         = errors.New("the keychain is locked")
	ErrNoWindow       = fmt.Errorf("%w: it would have to ask, and can open no window", ErrLocked)
	ErrDenied         = errors.New("the keychain refused access")
	ErrAsksFirst      = fmt.Errorf("%w: it asks a person first", ErrDenied) // about each program: KeePassXC
	ErrTimeout        = errors.New("the keychain is not answering")
	ErrUnanswered     = fmt.Errorf("%w: a window of its own was not answered", ErrTimeout)
	ErrTooBig         = errors.New("too big for the keychain")
	ErrNotStored      = errors.New("the keychain said yes but stored nothing")
	ErrCorrupt        = errors.New("what is kept cannot be read")
	ErrFileMissing    = fmt.Errorf("%w: the encrypted file is missing", ErrNotFound) // wrapped with its path, as the next one
	ErrFileCorrupt    = fmt.Errorf("%w: the encrypted file is damaged", ErrCorrupt)
	ErrNoKey          = errors.New("no key for the encrypted file")            // neither file, command nor prompt gave one, or vault-key.age is lost
	ErrDiffer         = fmt.Errorf("%w: the two passphrases differ", ErrNoKey) // what a Prompt returns when a new one was not typed twice
	ErrWrongKey       = errors.New("the key does not open the encrypted file") // nothing was changed
)

// What a PostgreSQL store can answer besides. All wrap ErrDatabase, and have with them what
// the server or the driver said, without a secret. After those of the first group the same
// may succeed a little later.
var (
	ErrDatabase         = errors.New("PostgreSQL cannot be used")
	ErrDatabaseDown     = fmt.Errorf("%w: there is no connection to it", ErrDatabase)
	ErrDatabaseSlow     = fmt.Errorf("%w: it does not answer in time", ErrDatabase)
	ErrDatabaseFull     = fmt.Errorf("%w: it has no room or no connection left", ErrDatabase)
	ErrDatabaseReadOnly = fmt.Errorf("%w: it takes no writes", ErrDatabase)                                        // a replica, or default_transaction_read_only
	ErrUnasked          = fmt.Errorf("%w: the connection is not here, and it cannot be asked for it", ErrDatabase) // it may be a database of other programs

	ErrDatabaseUnnamed     = fmt.Errorf("%w: nothing in the environment names one", ErrDatabase) // and libpq's own default is not it, as in a job of cron's
	ErrDatabaseSettings    = fmt.Errorf("%w: its settings make no sense", ErrDatabase)
	ErrDatabasePassword    = fmt.Errorf("%w: it refuses the user or the password", ErrDatabase)
	ErrDatabaseMissing     = fmt.Errorf("%w: there is no database of that name", ErrDatabase)
	ErrDatabaseCertificate = fmt.Errorf("%w: its certificate is not accepted", ErrDatabase)
	ErrDatabaseTLS         = fmt.Errorf("%w: it does not encrypt, or demands that", ErrDatabase)
	ErrDatabaseRights      = fmt.Errorf("%w: the user may not do this", ErrDatabase)
	ErrNoSharedKey         = fmt.Errorf("%w: the one of the connections in PostgreSQL", ErrNoKey)
	ErrWrongSharedKey      = fmt.Errorf("%w: the one of the connections in PostgreSQL", ErrWrongKey) // nothing was changed
	ErrDatabasePlain       = fmt.Errorf("%w: the connection is not encrypted", ErrDatabase)          // and leads to another machine; all works
	ErrNoTable             = fmt.Errorf("%w: sfauth's table is not there", ErrDatabase)
	ErrOtherTable          = fmt.Errorf("%w: the table is that of another version", ErrDatabase)
)

// What a renewal of a connection in PostgreSQL can answer besides (ROTATION.md).
var (
	ErrLate     = errors.New("another machine was faster")                               // nothing was lost: begin anew
	ErrRenewing = fmt.Errorf("%w: another machine renews it", ErrBusy)                   // it was waited for as long as is sensible
	ErrDoubt    = errors.New("another machine was renewing this, and has not come back") // whether the refresh token is spent is not known
)

// refused reports whether a vault that answered a write with err has certainly stored
// nothing. After any other error the write may still land.
func refused(err error) bool {
	for _, certain := range []error{
		ErrNoBus, ErrNoProvider, ErrNoCollection, ErrNoDefault, ErrNoKeychainFile, ErrNoLogin, ErrLocked, ErrDenied, ErrTooBig, ErrNotStored, ErrNoKey, ErrWrongKey, ErrNoVault, ErrExposed,
	} {
		if errors.Is(err, certain) {
			return true
		}
	}
	return false
}

// ExposedError is ErrExposed: a file or directory of sfauth's that another user can change,
// or a key or passphrase file that another user can read.
type ExposedError struct {
	Path, Why string
	Mend      string // the command that mends it; empty: there is none
}

func (e *ExposedError) Error() string { return fmt.Sprintf("%v: %s: %s", ErrExposed, e.Path, e.Why) }
func (e *ExposedError) Unwrap() error { return ErrExposed }
