package database

import "context"

// Progress is for work in the background that goes on over restarts, and in another copy when the one that did it has died.
type Progress interface {
	// ProgressOf returns what a job kept last; "" when it has kept nothing.
	ProgressOf(ctx context.Context, job string) (string, error)
	// SaveProgress keeps it, in place of what was kept before. The job bounds its size.
	SaveProgress(ctx context.Context, job, text string) error
}
