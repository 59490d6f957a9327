package app

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
func (d Desk) Rules(ctx context.Context) error {
	got, err := d.listRules(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(d.Out, 0, 0, 2, ' ', 0)
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

func (d Desk) listRules(ctx context.Context) (got rules.Listed, err error) {
	return got, d.call(ctx, http.MethodGet, "/rules", nil, &got)
}

// ShowRules prints the text of a version; 0 is the one in force.
func (d Desk) ShowRules(ctx context.Context, version int64) error {
	version, err := d.orActive(ctx, version, 0)
	if err != nil {
		return err
	}
	var got rules.ListedVersion
	if err := d.call(ctx, http.MethodGet, versionPath(version), nil, &got); err != nil {
		return err
	}
	if !strings.HasSuffix(got.Text, "\n") {
		got.Text += "\n"
	}
	_, err = fmt.Fprint(d.Out, got.Text)
	return err
}

func versionPath(version int64) string { return "/rules/versions/" + strconv.FormatInt(version, 10) }

// orActive is a version, or the one in force where it is what stands for none.
func (d Desk) orActive(ctx context.Context, version, none int64) (int64, error) {
	if version != none {
		return version, nil
	}
	got, err := d.listRules(ctx)
	return got.Active, err
}

// ActivateRules activates a text, or a version. With -1, whatever is in force now is expected to be.
func (d Desk) ActivateRules(ctx context.Context, text string, version, expect int64, note string) error {
	expect, err := d.orActive(ctx, expect, -1)
	if err != nil {
		return err
	}
	return d.turnRules(ctx, "/rules/activate", map[string]any{"text": text, "version": version, "expect": expect, "note": note})
}

// RollbackRules activates what was active before. With -1, whatever is in force now is expected to be.
func (d Desk) RollbackRules(ctx context.Context, expect int64) error {
	expect, err := d.orActive(ctx, expect, -1)
	if err != nil {
		return err
	}
	return d.turnRules(ctx, "/rules/rollback", map[string]any{"expect": expect})
}

func (d Desk) turnRules(ctx context.Context, path string, in any) error {
	var got rules.Activated
	if err := d.call(ctx, http.MethodPost, path, in, &got); err != nil {
		return err
	}
	_, err := fmt.Fprintf(d.Out, "Version %d is in force.\n", got.Version)
	return err
}
