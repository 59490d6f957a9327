package app

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"acme.example/webshop/imports"
	"acme.example/webshop/platform/database"
)

// importReport reports what an import found and did. Findings are written as they come, so that there may be any number.
type importReport struct {
	File         string `json:"file"`
	DryRun       bool   `json:"dryRun"`
	Imported     bool   `json:"imported"` // something was written; the counts below say how much
	Rows         int    `json:"rows"`
	Wrong        int    `json:"wrong"`        // rows that cannot be read
	Questionable int    `json:"questionable"` // findings
	New          int    `json:"new"`
	Changed      int    `json:"changed"`
	Unchanged    int    `json:"unchanged"`
	Conflicts    int    `json:"conflicts"`
	Error        string `json:"error,omitempty"`

	i    Importing
	told bool
	last int // last wrong row
}

func newImportReport(i Importing) *importReport {
	return &importReport{File: i.File, DryRun: i.DryRun, i: i}
}

// tell reports the findings about a row.
func (r *importReport) tell(found ...imports.Finding) error {
	for _, f := range found {
		switch {
		case f.Level == imports.Wrong && f.Row != r.last:
			r.Wrong, r.last = r.Wrong+1, f.Row
		case f.Level == imports.Questionable:
			r.Questionable++
		}
		if err := r.write(f); err != nil {
			return err
		}
	}
	return nil
}

func (r *importReport) write(f imports.Finding) error {
	if !r.i.JSON {
		if f.Level == imports.Questionable && !r.i.DryRun {
			return nil // a dry run lists them
		}
		_, err := fmt.Fprintf(r.i.Out, "%-12s  %s\n", f.Level, f)
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	before := ",\n  "
	if !r.told {
		before = "{\"findings\": [\n  "
	}
	r.told = true
	_, err = io.WriteString(r.i.Out, before+string(text))
	return err
}

// became reports the result of a row.
func (r *importReport) became(row imports.Row, result database.Import) error {
	switch result.Result {
	case database.ImportNew:
		r.New++
	case database.ImportChanged:
		r.Changed++
	case database.ImportUnchanged:
		r.Unchanged++
	case database.ImportConflict:
		r.Conflicts++
		return r.tell(imports.Finding{Row: row.Number, Line: row.Line, OrderID: strconv.FormatInt(result.OrderID, 10), Level: imports.Conflict, What: result.Why})
	}
	return nil
}

// end reports the totals, also after a failure.
func (r *importReport) end(failure error) error {
	if failure != nil {
		r.Error = failure.Error()
	}
	if r.i.JSON {
		return r.endJSON()
	}
	_, err := fmt.Fprintf(r.i.Out, "%s: %d rows; %d cannot be read; %d questionable values%s.\n%s\n", r.File, r.Rows, r.Wrong, r.Questionable, r.seeDryRun(), r.outcome())
	return err
}

func (r *importReport) seeDryRun() string {
	if r.Questionable > 0 && !r.DryRun {
		return " (--dry-run lists them)"
	}
	return ""
}

func (r *importReport) outcome() string {
	sums := fmt.Sprintf("%d new, %d changed, %d unchanged, %d in conflict", r.New, r.Changed, r.Unchanged, r.Conflicts)
	switch {
	case r.Error != "" && r.Imported:
		return "Stopped early. Imported so far: " + sums + ". Import the file again: what is there already stays."
	case r.Error != "":
		return "Nothing was imported."
	case r.DryRun && r.Wrong > 0:
		return "A dry run; nothing was written. The rows that can be read would be: " + sums + ". Rows that cannot be read keep the file from being imported, unless --skip-bad leaves them out."
	case r.DryRun:
		return "A dry run; nothing was written. The orders would be: " + sums + "."
	case r.Wrong > 0 && !r.Imported:
		return "Nothing was imported. Correct the rows, or leave them out with --skip-bad."
	}
	return "Imported: " + sums + "."
}

func (r *importReport) endJSON() error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	before := "\n], "
	if !r.told {
		before = "{\"findings\": [], "
	}
	_, err = io.WriteString(r.i.Out, before+string(text[1:])+"\n")
	return err
}
