package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ProgressOf returns what a job kept last.
func (s *Store) ProgressOf(ctx context.Context, job string) (text string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT text FROM progress WHERE job = ?`, job).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("sqlite: read progress: %w", err)
	}
	return text, nil
}

// SaveProgress keeps where a job is.
func (s *Store) SaveProgress(ctx context.Context, job, text string) error {
	_, err := s.do(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO progress (job, text) VALUES (?, ?) ON CONFLICT (job) DO UPDATE SET text = excluded.text`, job, text)
	})
	return err
}
