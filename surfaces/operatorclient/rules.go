package operatorclient

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"acme.example/webshop/rules"
)

// Rules prints the versions of the rules.
func (c Client) Rules(ctx context.Context) error {
	got, err := c.listRules(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VERSION\tSINCE\tBY\tIN FORCE\tNOTE")
	for _, v := range got.Versions {
		force := ""
		if v.Version == got.Active {
			force = "since " + got.Activations[0].At.Format(time.DateTime)
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", v.Version, v.CreatedAt.Format(time.DateTime), v.Author, force, v.Note)
	}
	return table.Flush()
}

func (c Client) listRules(ctx context.Context) (got rules.Listed, err error) {
	return got, c.call(ctx, http.MethodGet, "/rules", nil, &got)
}

// ShowRules prints the text of a version; 0 is the active one.
func (c Client) ShowRules(ctx context.Context, version int64) error {
	version, err := c.orActive(ctx, version, 0)
	if err != nil {
		return err
	}
	var got rules.ListedVersion
	if err := c.call(ctx, http.MethodGet, versionPath(version), nil, &got); err != nil {
		return err
	}
	if !strings.HasSuffix(got.Text, "\n") {
		got.Text += "\n"
	}
	_, err = fmt.Fprint(c.Out, got.Text)
	return err
}

func versionPath(version int64) string { return "/rules/versions/" + strconv.FormatInt(version, 10) }

// orActive returns a version, or the active one if it equals none.
func (c Client) orActive(ctx context.Context, version, none int64) (int64, error) {
	if version != none {
		return version, nil
	}
	got, err := c.listRules(ctx)
	return got.Active, err
}

// ActivateRules activates a text, or a version. With expect -1, any version may be active now.
func (c Client) ActivateRules(ctx context.Context, text string, version, expect int64, note string) error {
	expect, err := c.orActive(ctx, expect, -1)
	if err != nil {
		return err
	}
	return c.turnRules(ctx, "/rules/activate", map[string]any{"text": text, "version": version, "expect": expect, "note": note})
}

// RollbackRules activates what was active before. With expect -1, any version may be active now.
func (c Client) RollbackRules(ctx context.Context, expect int64) error {
	expect, err := c.orActive(ctx, expect, -1)
	if err != nil {
		return err
	}
	return c.turnRules(ctx, "/rules/rollback", map[string]any{"expect": expect})
}

func (c Client) turnRules(ctx context.Context, path string, in any) error {
	var got rules.Activated
	if err := c.call(ctx, http.MethodPost, path, in, &got); err != nil {
		return err
	}
	for _, w := range got.Warnings {
		if _, err := fmt.Fprintln(c.Out, "warning:", w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(c.Out, "Version %d is in force.\n", got.Version)
	return err
}

// Capacities returns the largest number of deliveries of a slot in each market, over all versions of the shop's rules.
func (c Client) Capacities(ctx context.Context) (map[string]int, error) {
	listed, err := c.listRules(ctx)
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for _, v := range listed.Versions {
		var one rules.ListedVersion
		if err := c.call(ctx, http.MethodGet, versionPath(v.Version), nil, &one); err != nil {
			return nil, fmt.Errorf("version %d: %w", v.Version, err)
		}
		texts = append(texts, []byte(one.Text))
	}
	return rules.Capacities(texts...)
}
