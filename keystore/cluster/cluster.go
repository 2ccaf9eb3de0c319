// Package cluster runs a PostgreSQL server of the system's packages for tests: on a socket
// and a port of its own, as the user postgres where the tests are root's, which PostgreSQL
// refuses to be.
package cluster

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Cluster is a server. It is trusted by whoever reaches it.
type Cluster struct {
	Dir  string // of data, socket and log
	Port int

	bin  string
	last atomic.Int64
}

// Start makes a server and starts it, with further settings ("max_connections=20"). It
// skips the test, or fails it under SFAUTH_TEST=all where there is no PostgreSQL. It runs
// until the test ends.
func Start(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	if os.Getenv("SFAUTH_TEST") != "all" {
		t.Skip("starts a database: runs under SFAUTH_TEST=all")
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		t.Fatal("PostgreSQL is missing")
	}
	c := place(t, filepath.Dir(found[len(found)-1]))
	c.must(t, "initdb", "-D", c.data(), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-instructions")
	conf := append([]string{"fsync=off", "log_statement=all", "listen_addresses='127.0.0.1'", "port=" + strconv.Itoa(c.Port), "unix_socket_directories='" + c.Dir + "'"}, settings...)
	c.Append(t, "postgresql.conf", strings.Join(conf, "\n")+"\n")
	c.Up(t)
	return c
}

// place is a directory and a port for a server, which is stopped when the test ends.
func place(t testing.TB, bin string) *Cluster {
	t.Helper()
	c := &Cluster{bin: bin}
	dir, err := os.MkdirTemp("", "sfauth-pg") // t.TempDir is too long a name for a socket
	if err == nil {
		err = give(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Dir = dir
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	t.Cleanup(func() {
		_ = c.command("pg_ctl", "-D", c.data(), "-m", "immediate", "stop").Run()
		_ = os.RemoveAll(dir)
	})
	return c
}

func (c *Cluster) data() string { return filepath.Join(c.Dir, "data") }
func (c *Cluster) log() string  { return filepath.Join(c.Dir, "log") }

// Append adds text to a file of the server's.
func (c *Cluster) Append(t testing.TB, name, text string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(c.data(), name), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Put writes a file into the server's directory that the server alone may read.
func (c *Cluster) Put(t testing.TB, name string, data []byte) {
	t.Helper()
	path := filepath.Join(c.data(), name)
	err := os.WriteFile(path, data, 0o600)
	if err == nil {
		err = give(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Up starts the server, and returns when it answers.
func (c *Cluster) Up(t testing.TB) {
	t.Helper()
	c.must(t, "pg_ctl", "-D", c.data(), "-l", c.log(), "-w", "-t", "60", "start")
}

// Down stops the server: mode "immediate" is a crash.
func (c *Cluster) Down(t testing.TB, mode string) {
	t.Helper()
	c.must(t, "pg_ctl", "-D", c.data(), "-m", mode, "-w", "stop")
}

// Reload has the server read its files again.
func (c *Cluster) Reload(t testing.TB) {
	t.Helper()
	c.must(t, "pg_ctl", "-D", c.data(), "reload")
	time.Sleep(200 * time.Millisecond) // It says nothing when it has.
}

// Database makes a database, and is how libpq's variables name it.
func (c *Cluster) Database(t testing.TB) (name string, env []string) {
	t.Helper()
	name = fmt.Sprint("d", c.last.Add(1))
	c.SQL(t, "postgres", "CREATE DATABASE "+name)
	return name, []string{"PGHOST=" + c.Dir, "PGPORT=" + strconv.Itoa(c.Port), "PGUSER=postgres", "PGDATABASE=" + name}
}

// SQL runs statements with psql, and returns what it prints.
func (c *Cluster) SQL(t testing.TB, database, statements string) string {
	t.Helper()
	return c.must(t, "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", c.Dir, "-p", strconv.Itoa(c.Port), "-U", "postgres", "-d", database, "-c", statements)
}

// Dump is all that a database has, as text.
func (c *Cluster) Dump(t testing.TB, database string) string {
	t.Helper()
	return c.must(t, "pg_dump", "-h", c.Dir, "-p", strconv.Itoa(c.Port), "-U", "postgres", database)
}

// Logged is what the server has logged, every statement among it.
func (c *Cluster) Logged(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(c.log())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (c *Cluster) must(t testing.TB, program string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := c.command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Minute
	if program == "pg_ctl" { // The server would keep them open.
		cmd.Stdout, cmd.Stderr = nil, nil
	}
	if err := cmd.Run(); err != nil {
		log, _ := os.ReadFile(c.log())
		t.Fatalf("%s: %v: %s%s\n%s", program, err, &out, &errs, tail(string(log)))
	}
	return out.String()
}

func tail(log string) string {
	lines := strings.Split(log, "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

func (c *Cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(c.Program(program), args...)
	cmd.Dir = os.TempDir()
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "PG") })
	as(cmd)
	return cmd
}

// Program is where a program of the server's version is: in the path Debian has a script.
func (c *Cluster) Program(name string) string {
	if path := filepath.Join(c.bin, name); exists(path) {
		return path
	}
	return name
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// owner is the user that the server runs as; root is not let.
func owner() (uid, gid int, other bool) {
	if os.Geteuid() != 0 {
		return os.Geteuid(), os.Getegid(), false
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, false
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, true
}

func give(path string) error {
	uid, gid, other := owner()
	if !other {
		return nil
	}
	return os.Chown(path, uid, gid)
}

// Replica starts a server that follows this one and takes no writes.
func (c *Cluster) Replica(t testing.TB) *Cluster {
	t.Helper()
	r := place(t, c.bin)
	c.must(t, "pg_basebackup", "-h", c.Dir, "-p", strconv.Itoa(c.Port), "-U", "postgres", "-D", r.data(), "-R", "-c", "fast", "-X", "stream")
	r.Append(t, "postgresql.conf", fmt.Sprintf("port=%d\nunix_socket_directories='%s'\n", r.Port, r.Dir))
	r.Up(t)
	return r
}

// Pooler starts a PgBouncer in front of the server that gives each transaction any
// connection, and returns its port. It runs until the test ends.
func (c *Cluster) Pooler(t testing.TB) (port int) {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	if !exists(program) {
		t.Fatal("pgbouncer is missing")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	ini := fmt.Sprintf("[databases]\n* = host=%s port=%d\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%d\nunix_socket_dir=\nauth_type=any\npool_mode=transaction\ndefault_pool_size=3\n", c.Dir, c.Port, port)
	ini = strings.Replace(ini, "* = ", "* = user=postgres ", 1)
	c.Put(t, "pgbouncer.ini", []byte(ini))
	cmd := c.command(program, "-q", filepath.Join(c.data(), "pgbouncer.ini"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 200 {
		if conn, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			conn.Close()
			return port
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the pooler does not answer")
	return 0
}
