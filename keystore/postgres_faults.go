package keystore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// settingsFault is why settings cannot be used. What pgconn says may have the whole of
// SFAUTH_POSTGRES in it, and so a password: of it only a file that could not be read is
// named.
func settingsFault(err error) error {
	text := err.Error()
	for _, known := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey", "service", "port", "connect_timeout", "target_session_attrs"} {
		if i := strings.LastIndex(text, ": "); i >= 0 && strings.Contains(text[i:], known) {
			return fmt.Errorf("%w: %s", ErrDatabaseSettings, known)
		}
	}
	return ErrDatabaseSettings
}

// connectFault is why no connection came about. Of several attempts, to several addresses
// or with and without TLS, the first that says more than "down" counts. plain tells of
// settings that keep TLS out: then a server that has no rule for who comes wants TLS.
func connectFault(err error, plain bool) error {
	if said, is := errors.AsType[*pgconn.PgError](err); is {
		if plain && said.Code == notAuthorised && said.Routine == "ClientAuthentication" { // where the server reads its rules, pg_hba.conf
			return fmt.Errorf("%w: %s", ErrDatabaseTLS, Clean(said.Message, 200))
		}
		return serverFault(said)
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, foreign := errors.AsType[x509.HostnameError](err)
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, noName := errors.AsType[*net.DNSError](err)
	switch {
	case unknown, invalid, foreign, unverified:
		return fmt.Errorf("%w: %s", ErrDatabaseCertificate, why(err))
	case alert, strings.Contains(err.Error(), "server refused TLS"):
		return ErrDatabaseTLS
	case noName:
		return fmt.Errorf("%w: there is no host of that name", ErrDatabaseDown)
	case pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded):
		return ErrDatabaseSlow
	}
	return fmt.Errorf("%w: %s", ErrDatabaseDown, why(err))
}

// statementFault is why a statement failed. After a failure that is no answer of the
// server's the statement may have been carried out, or may yet be.
func statementFault(err error) error {
	if said, is := errors.AsType[*pgconn.PgError](err); is {
		return serverFault(said)
	}
	if pgconn.Timeout(err) {
		return ErrDatabaseSlow
	}
	return fmt.Errorf("%w: %s", ErrDatabaseDown, why(err))
}

// serverFault is what the server said, by its code (PostgreSQL, appendix A). Its message
// may be in any language; details, which may quote values, are left out.
func serverFault(said *pgconn.PgError) error {
	fault := ErrDatabase
	switch code := said.Code; {
	case code == "28P01", code == notAuthorised:
		fault = ErrDatabasePassword
	case code == "3D000":
		fault = ErrDatabaseMissing
	case code == "42P01", code == "3F000":
		fault = ErrNoTable
	case code == "42703", code == "42804", code == "42809", code == "42P10", strings.HasPrefix(code, "22"), code == "23502", code == "23514":
		fault = ErrOtherTable
	case code == "42501":
		fault = ErrDatabaseRights
	case code == "25006":
		fault = ErrDatabaseReadOnly
	case code == "57014", code == "55P03":
		fault = ErrDatabaseSlow
	case strings.HasPrefix(code, "53"), code == "58030":
		fault = ErrDatabaseFull
	case strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "08"):
		fault = ErrDatabaseDown
	case code == uniqueViolation:
		return ErrNameTaken
	}
	return fmt.Errorf("%w: %s", fault, Clean(said.Message, 200))
}

const (
	uniqueViolation = "23505"
	notAuthorised   = "28000"
)

// isCrowded tells whether the server will take connections a little later: it has no place
// left just now, or is starting.
func isCrowded(err error) bool {
	said, is := errors.AsType[*pgconn.PgError](err)
	return is && (said.Code == "53300" || said.Code == "57P03")
}

// isUnanswered tells whether a statement that failed so may have been carried out.
func isUnanswered(err error) bool {
	return errors.Is(err, ErrDatabaseDown) || errors.Is(err, ErrDatabaseSlow)
}

// why is the innermost cause, which names no user and no database.
func why(err error) string {
	for {
		switch inner := err.(type) {
		case interface{ Unwrap() error }:
			if next := inner.Unwrap(); next != nil {
				err = next
				continue
			}
		case interface{ Unwrap() []error }:
			if all := inner.Unwrap(); len(all) > 0 {
				err = all[0]
				continue
			}
		}
		return Clean(err.Error(), 200)
	}
}
