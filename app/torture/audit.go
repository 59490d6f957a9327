package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// audited is what the shop's own auditor found, in a process of its own.
type audited struct {
	Checks []struct {
		Name            string
		Checked, Broken int
	}
	Findings []struct {
		OrderID             int64
		Check, Expected, Is string
	}
}

// audit lets the auditor look at the shop, its partners, and the orders that were acknowledged.
func (t *run) audit(ctx context.Context) error {
	told, err := t.acknowledged()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	audit := exec.CommandContext(ctx, t.cfg.Binary, "audit", "--json", "--data-dir", filepath.Join(t.cfg.Dir, "data"), "--acknowledged", told,
		"--private-url", t.shop.private, "--partners-url", t.partners.url, "--shop-file", filepath.Join(t.cfg.Dir, "shop.yaml"))
	audit.Stderr = &said
	out, err := audit.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		return fmt.Errorf("the audit: %w: %s", err, said.String())
	}
	if err := os.WriteFile(filepath.Join(t.cfg.Dir, "audit.json"), out, 0o600); err != nil {
		return err
	}
	var found audited
	if err := json.Unmarshal(out, &found); err != nil {
		return fmt.Errorf("the audit: %w", err)
	}
	for _, c := range found.Checks {
		t.report.Audited += c.Checked
		t.report.AuditBroken += c.Broken
	}
	for _, f := range found.Findings {
		t.report.Problems = append(t.report.Problems, fmt.Sprintf("audit, %s: order %d: must be: %s; is: %s", f.Check, f.OrderID, f.Expected, f.Is))
	}
	return nil
}

// acknowledged writes down which orders the clients were told of.
func (t *run) acknowledged() (file string, err error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	t.market.mu.Lock()
	defer t.market.mu.Unlock()
	for _, p := range t.market.purchases {
		if !p.accepted {
			continue
		}
		err = errors.Join(err, encoder.Encode(map[string]any{
			"orderId": p.id, "totalPrice": p.TotalPrice, "currency": p.currency(), "testId": p.TestID, "key": p.key,
		}))
	}
	file = filepath.Join(t.cfg.Dir, "acknowledged.jsonl")
	return file, errors.Join(err, os.WriteFile(file, lines.Bytes(), 0o600))
}
