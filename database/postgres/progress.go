package postgres

import "context"

// ProgressOf returns what a job kept last.
func (s *Store) ProgressOf(ctx context.Context, job string) (text string, err error) {
	err = s.row(ctx, into(&text), nil, `SELECT text FROM progress WHERE job = $1`, job)
	return text, err
}

// SaveProgress keeps where a job is.
func (s *Store) SaveProgress(ctx context.Context, job, text string) error {
	_, err := s.do(ctx, nil, func(t *tx) error {
		t.exec(`INSERT INTO progress (job, text) VALUES ($1, $2) ON CONFLICT (job) DO UPDATE SET text = excluded.text`, job, text)
		return nil
	})
	return err
}
