package app_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mariaDB is a test's server with the seed's table. It listens on a socket in its folder only.
type mariaDB struct {
	*testing.T
	folder string
}

// theSeedsTable creates the table Orders as the seed does.
const theSeedsTable = "CREATE TABLE Orders (OrderId int NOT NULL UNIQUE, CustomerName varchar(50), CustomerEmail varchar(50), CustomerPhone varchar(30)," +
	" CustomerStreet varchar(50), CustomerCity varchar(30), CustomerType varchar(3), CustomerMarket varchar(2), OrderedProducts varchar(200), TotalPrice int," +
	" DeliveryTime varchar(13), Status varchar(16), OrgNumber varchar(20), TestId int) DEFAULT CHARSET=utf8mb4;"

// startMariaDB starts a server without system tables, which takes less than a second. It has no users to check.
func startMariaDB(t *testing.T) *mariaDB {
	t.Helper()
	folder, err := os.MkdirTemp("", "mariadb") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	m := &mariaDB{t, folder}
	if err := os.MkdirAll(filepath.Join(folder, "data", "mysql"), 0o700); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	server := exec.Command(m.program("mariadbd"), "--no-defaults", "--datadir="+folder+"/data", "--socket="+folder+"/s", "--pid-file="+folder+"/pid",
		"--tmpdir="+folder, "--skip-networking", "--skip-grant-tables", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0")
	if os.Getuid() == 0 {
		server.Args = append(server.Args, "--user=root") // it runs as root only on request
	}
	server.Stdout, server.Stderr = log, log
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := server.Start(); err != nil {
		t.Fatalf("%v (make setup installs it)", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // it was killed
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if err := m.client("SELECT 1").Run(); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("MariaDB does not answer: %s", log)
		}
	}
	m.run(m.client("CREATE DATABASE acme"))
	m.sql(theSeedsTable + "CREATE TABLE Other (a int, b text); INSERT INTO Other VALUES (1, '); INSERT INTO Orders VALUES (1);'), (2, '\\'' );")
	return m
}

// program finds an installed program, also if it is only in root's path.
func (m *mariaDB) program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return "/usr/sbin/" + name
}

func (m *mariaDB) client(sql string, options ...string) *exec.Cmd {
	client := exec.Command(m.program("mariadb"), append([]string{"--no-defaults", "--default-character-set=utf8mb4", "-S", m.folder + "/s"}, options...)...)
	client.Stdin = strings.NewReader(sql)
	return client
}

func (m *mariaDB) run(command *exec.Cmd) {
	m.Helper()
	if out, err := command.CombinedOutput(); err != nil {
		m.Fatalf("%v: %s", err, out)
	}
}

func (m *mariaDB) sql(statements string) {
	m.Helper()
	m.run(m.client(statements, "acme"))
}

// dump writes a dump to a file, and returns its name.
func (m *mariaDB) dump(options ...string) string {
	m.Helper()
	file := filepath.Join(m.TempDir(), "dump.sql")
	m.run(exec.Command(m.program("mariadb-dump"), append([]string{"--no-defaults", "-S", m.folder + "/s", "--result-file=" + file, "acme"}, options...)...))
	return file
}

// csv writes the table as SELECT … INTO OUTFILE does, and returns the file's name.
func (m *mariaDB) csv(columns []string) string {
	m.Helper()
	file := filepath.Join(m.folder, fmt.Sprint(time.Now().UnixNano(), ".csv"))
	m.sql("SELECT '" + strings.Join(columns, "','") + "' UNION ALL SELECT " + strings.Join(columns, ", ") + " FROM Orders INTO OUTFILE '" + file +
		"' CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"'")
	return file
}
