package database

import (
	"context"
	"encoding/json"
	"fmt"
)

// Progress stores how far a background job is, so that it continues after a restart, or in another copy.
type Progress interface {
	// ProgressOf returns what a job saved last; "" if it has saved nothing.
	ProgressOf(ctx context.Context, job string) (string, error)
	// SaveProgress replaces what the job saved before. The job bounds its size.
	SaveProgress(ctx context.Context, job, text string) error
}

// readProgress reads what a job saved as JSON; if it has saved nothing, into stays as it is.
func readProgress(ctx context.Context, from Progress, job string, into any) error {
	text, err := from.ProgressOf(ctx, job)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		return fmt.Errorf("progress of %s: %w", job, err)
	}
	return nil
}

// saveProgress saves it as JSON.
func saveProgress(ctx context.Context, to Progress, job string, progress any) error {
	text, err := json.Marshal(progress)
	if err != nil {
		return err
	}
	return to.SaveProgress(ctx, job, string(text))
}
