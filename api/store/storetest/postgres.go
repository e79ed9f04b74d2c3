package storetest

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// server is a running PostgreSQL of the test's own: its data in a private directory, reached by a socket there and by
// nothing else.
type server struct {
	dir    string
	admin  *sql.DB
	number atomic.Int64
}

const superuser = "labourmatch"

func (s *server) url(database string) string {
	q := url.Values{"host": {s.dir}, "user": {superuser}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

// script makes a cluster, starts it, says so, waits until its input ends and clears up. The input ends when the test says
// so, and also when the test dies, so that no server outlives its test. Text is ordered as a dictionary does by default,
// as on most servers in use: whatever relies on the order of bytes must say so itself.
//
// Nothing needs to survive, so nothing is forced to the disk.
const script = `
cluster() { "$BIN/initdb" -D "$DIR/data" -U "$1" --auth=trust --encoding=UTF8 --no-sync --locale=C.UTF-8 "$2" "$3" >"$DIR/initdb.log" 2>&1; }
cluster "$1" --locale-provider=icu --icu-locale=en || { rm -rf "$DIR/data"; cluster "$1" --no-instructions --no-sync; } || { cat "$DIR/initdb.log"; exit 1; }
"$BIN/pg_ctl" -D "$DIR/data" -s -w -t 60 -l "$DIR/server.log" \
  -o "-k '$DIR' -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=60" \
  start >"$DIR/start.log" 2>&1 </dev/null || { cat "$DIR/start.log" "$DIR/server.log"; exit 1; }
echo ready
read -r _
"$BIN/pg_ctl" -D "$DIR/data" -s -w -m immediate stop >/dev/null 2>&1
rm -rf "$DIR/data" "$DIR"/*.log
`

// start starts a server and stops it at the end of the test.
func start(t testing.TB) *server {
	t.Helper()
	bin, err := find()
	if err != nil {
		if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	// Not t.TempDir: the name of a socket may have a hundred bytes, and names of tests are long.
	dir, err := os.MkdirTemp("", "lm-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("clear up after PostgreSQL: %v", err)
		}
	})
	cmd := exec.Command("sh", "-c", script, "sh", superuser)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "BIN="+bin, "DIR="+dir, "LC_ALL=C.UTF-8", "TZ=UTC")
	if os.Getuid() == 0 {
		if err := unprivileged(cmd, dir); err != nil {
			t.Fatal(err)
		}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	// Should the script hang, its output ends all the same.
	watch := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	said := []string{}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		said = append(said, lines.Text())
	}
	watch.Stop()
	s := &server{dir: dir}
	t.Cleanup(func() {
		if s.admin != nil {
			_ = s.admin.Close()
		}
		watch := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer watch.Stop()
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	if lines.Text() != "ready" {
		t.Fatalf("PostgreSQL did not start:\n%s", strings.Join(said, "\n"))
	}
	if s.admin, err = s.openAdmin(); err != nil {
		t.Fatalf("reach PostgreSQL: %v", err)
	}
	return s
}

// find finds the directory of initdb and pg_ctl: that of the first initdb in PATH, else of the newest that Debian has
// installed, which puts them where PATH does not lead.
func find() (string, error) {
	candidates := []string{}
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, path)
	}
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	newest := 0
	for _, path := range installed {
		version, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		if version > newest {
			newest = version
			candidates = append(candidates[:min(len(candidates), 1)], path)
		}
	}
	for _, path := range candidates {
		// What PATH has may be a link; the programs beside its target are those that belong to it.
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(target), "pg_ctl")); err == nil {
			return filepath.Dir(target), nil
		}
	}
	return "", errors.New("PostgreSQL is not installed, so nothing was tested on it; install the Debian package postgresql")
}

// unprivileged makes the command run as a user without rights, since PostgreSQL refuses to run as root, and gives that
// user the directory.
func unprivileged(cmd *exec.Cmd, dir string) error {
	var account *user.User
	var err error
	for _, name := range []string{"postgres", "nobody"} {
		if account, err = user.Lookup(name); err == nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("find a user to run PostgreSQL as: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return os.Chown(dir, int(uid), int(gid))
}
