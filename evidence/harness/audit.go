package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// audited is the result of webshop audit, run as a process of its own.
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

// Audit runs webshop audit on the shop, its partners, and the acknowledged orders. where is the flags for the database.
func (w *Witness) Audit(ctx context.Context, where ...string) error {
	told, err := w.acknowledged()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	flags := []string{
		"audit", "--json", "--acknowledged", told, "--private-url", w.Private, "--partners-url", w.partners.url, "--shop-file", w.file("shop.yaml"),
	}
	if w.Token != "" {
		flags = append(flags, "--private-token", w.Token)
	}
	if w.Simulators {
		for _, name := range Partners {
			flags = append(flags, "--test-partner", name+"="+w.simulators.url+"/"+name)
		}
	}
	audit := exec.CommandContext(ctx, w.Binary, append(flags, where...)...)
	audit.Stderr = &said
	out, err := audit.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		return fmt.Errorf("the audit: %w: %s", err, said.String())
	}
	if err := os.WriteFile(w.file("audit.json"), out, 0o600); err != nil {
		return err
	}
	var found audited
	if err := json.Unmarshal(out, &found); err != nil {
		return fmt.Errorf("the audit: %w", err)
	}
	for _, c := range found.Checks {
		w.Found.Audited += c.Checked
		w.Found.AuditBroken += c.Broken
	}
	for _, f := range found.Findings {
		w.Found.Problems = append(w.Found.Problems, fmt.Sprintf("audit, %s: order %d: must be: %s; is: %s", f.Check, f.OrderID, f.Expected, f.Is))
	}
	return nil
}

// acknowledged writes the acknowledged orders to a file.
func (w *Witness) acknowledged() (file string, err error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	w.market.mu.Lock()
	defer w.market.mu.Unlock()
	for _, p := range w.market.purchases {
		if !p.accepted {
			continue
		}
		err = errors.Join(err, encoder.Encode(map[string]any{
			"orderId": p.id, "totalPrice": p.TotalPrice, "amount": p.amount(), "currency": p.currency(), "testId": p.TestID, "key": p.key,
		}))
	}
	file = w.file("acknowledged.jsonl")
	return file, errors.Join(err, os.WriteFile(file, lines.Bytes(), 0o600))
}
