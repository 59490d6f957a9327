package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// readyTimeout bounds how long a shop may take to say whether it is ready.
const readyTimeout = 3 * time.Second

// AskReady asks a running shop's public listener whether it takes requests. The error says why not.
func AskReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	if err != nil || answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("not ready: %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
