package memory

import "context"

// ProgressOf returns what a job kept last.
func (s *Store) ProgressOf(_ context.Context, job string) (string, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.progress[job], nil
}

// SaveProgress keeps where a job is.
func (s *Store) SaveProgress(ctx context.Context, job, text string) error {
	_, err := s.do(ctx, func(t *tx) error {
		put(t, t.disk.progress, job, text)
		return nil
	})
	return err
}
