package cli

import (
	"context"
	"net"
	"strings"
	"testing"

	"sfauth/keystore"
	"sfauth/tui/world"
)

// share gives a world a database that machines share, at an address of libpq's kind.
func share(w *world.World, url string) {
	dir := w.Store.Dir
	w.Store.Postgres = &keystore.Postgres{Dir: dir, URL: url, Wanted: true}
}

// nobodyListens is an address where no server is.
func nobodyListens(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "host=127.0.0.1 user=sfauth dbname=fleet port=" + port
}

// forgetPG takes away what says in the environment of this test which database is meant.
func forgetPG(t *testing.T) {
	for _, name := range []string{"SFAUTH_POSTGRES", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT", "PGSSLMODE"} {
		t.Setenv(name, "")
	}
}

func TestDoctorSaysWhatIsWrongWithTheDatabase(t *testing.T) {
	forgetPG(t)
	for name, c := range map[string]struct{ url, says, hint string }{
		"nobody listens":       {nobodyListens(t), "✗ database  127.0.0.1/fleet: PostgreSQL cannot be reached: connection refused\n", "psql takes the same settings"},
		"no such host":         {"host=nowhere.invalid dbname=fleet", "PostgreSQL cannot be reached: there is no host of that name\n", "psql takes the same settings"},
		"settings are no URL":  {"postgres://sfauth:hunter2@[::1/fleet", "✗ database  the settings of PostgreSQL make no sense\n", "check SFAUTH_POSTGRES"},
		"no such sslmode":      {"host=127.0.0.1 password=hunter2 sslmode=always", "the settings of PostgreSQL make no sense", "check SFAUTH_POSTGRES"},
		"a port in words":      {"host=127.0.0.1 password=hunter2 port=five", "the settings of PostgreSQL make no sense", "check SFAUTH_POSTGRES"},
		"no such file of root": {"host=127.0.0.1 password=hunter2 sslmode=verify-full sslrootcert=/nowhere", "the settings of PostgreSQL make no sense", "check SFAUTH_POSTGRES"},
	} {
		t.Run(name, func(t *testing.T) {
			world.Begin(t, func(ctx context.Context, w *world.World) {
				defer w.Serve()()
				share(w, c.url)
				code, out, told := runs(ctx, w, "doctor", "--domain", "http://"+world.LoginHost)
				if code != 1 || !strings.Contains(out, c.says) || !strings.Contains(out, c.hint) || strings.Contains(out+told, "hunter2") {
					t.Errorf("it ended with %d:\n%s%s", code, out, told)
				}
				if strings.Contains(out, "table ") || strings.Contains(out, " key ") {
					t.Errorf("it looks for what it cannot reach:\n%s", out)
				}
			})
		})
	}
}

func TestWithoutSettingsTheSharedStoreIsNotSeen(t *testing.T) {
	forgetPG(t)
	t.Setenv("PGSSLMODE", "nonsense") // the driver, where it is asked for anything, complains
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", nil)
		w.Store.Postgres = keystore.PostgresFromEnvironment(w.Store.Dir, keystore.KeySource{})
		for _, line := range []string{"doctor --domain http://" + world.LoginHost, "list", "check", "token acme", "token nobody", "remove nobody --yes", "__complete login --store ", "__complete move acme --store "} {
			_, out, told := runs(ctx, w, strings.Split(line, " ")...)
			for _, word := range []string{"ostgre", "database", "table"} {
				if strings.Contains(out+told, word) {
					t.Errorf("%s says %s:\n%s%s", line, word, out, told)
				}
			}
		}
	})
}

// A developer has the PG variables for programs of their own.
func TestADatabaseForOtherProgramsIsNoFailureOfDoctors(t *testing.T) {
	forgetPG(t)
	t.Setenv("PGHOST", "127.0.0.1")
	t.Setenv("PGPORT", "1")
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Store.Postgres = keystore.PostgresFromEnvironment(w.Store.Dir, keystore.KeySource{})
		code, out, told := runs(ctx, w, "doctor", "--domain", "http://"+world.LoginHost)
		if code != 0 || !strings.Contains(out, "! database  127.0.0.1/") {
			t.Errorf("it ended with %d:\n%s%s", code, out, told)
		}
	})
}

// A developer has PGHOST for a database of another program's, which does not run just now.
func TestALoginDoesNotDependOnADatabaseForOtherPrograms(t *testing.T) {
	forgetPG(t)
	t.Setenv("PGHOST", "127.0.0.1")
	t.Setenv("PGPORT", "1")
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Allows()
		w.Store.Postgres = keystore.PostgresFromEnvironment(w.Store.Dir, keystore.KeySource{})
		code, out, told := runs(ctx, w, "login", "acme", "--plain", "--domain", "http://"+world.LoginHost, "--client-id", w.App.ClientID, "--client-secret-stdin")
		if code != 0 || !strings.Contains(told, "Saved as acme in ") {
			t.Errorf("it ended with %d:\n%s%s", code, out, told)
		}
		for _, line := range []string{"token acme", "check", "list", "rename acme beta", "remove beta --yes"} {
			if code, out, told := runs(ctx, w, strings.Fields(line)...); code != 0 || strings.Contains(told, "ostgre") {
				t.Errorf("%s ended with %d:\n%s%s", line, code, out, told)
			}
		}
	})
}
