package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// pgbenchClients is how many clients pgbench has.
const pgbenchClients = 32

// pgbench measures the server of a database with PostgreSQL's own benchmark: transactions per second of its "simple
// update" (a row read, a row changed, a row written, a commit) by 32 clients. It creates its tables in that database.
func pgbench(ctx context.Context, database string, lasts time.Duration) (perSecond float64, err error) {
	program, err := pgbenchProgram()
	if err != nil {
		return 0, err
	}
	if out, err := exec.CommandContext(ctx, program, "--initialize", "--quiet", "--scale=32", database).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	seconds := strconv.Itoa(max(1, int(lasts.Seconds())))
	out, err := exec.CommandContext(ctx, program, "--builtin=simple-update", "--client="+strconv.Itoa(pgbenchClients), "--jobs=2",
		"--protocol=prepared", "--time="+seconds, database).CombinedOutput()
	found := regexp.MustCompile(`tps = ([0-9.]+)`).FindSubmatch(out)
	if err != nil || found == nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

func pgbenchProgram() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil || len(found) == 0 {
		return "", errors.Join(errors.New("pgbench is not installed: it is in Debian's package postgresql"), err)
	}
	return found[len(found)-1], nil
}
