package database

import "context"

// Progress stores how far a background job is, so that it continues after a restart, or in another copy.
type Progress interface {
	// ProgressOf returns what a job saved last; "" if it has saved nothing.
	ProgressOf(ctx context.Context, job string) (string, error)
	// SaveProgress replaces what the job saved before. The job bounds its size.
	SaveProgress(ctx context.Context, job, text string) error
}
