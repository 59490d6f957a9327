package ops

import (
	"bytes"
	_ "embed"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

//go:embed console.html
var consolePage string

// Console is the operator's page: how many orders are where, and what could not be handled.
func Console(store database.Store, log *slog.Logger) (http.Handler, error) {
	page, err := template.New("console").Parse(consolePage)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		view, err := look(r, store)
		var html bytes.Buffer
		if err == nil {
			err = page.Execute(&html, view)
		}
		if err != nil {
			log.ErrorContext(r.Context(), "console", "error", err)
			fault.Write(w, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = html.WriteTo(w) // the reader may be gone
	}), nil
}

type consoleView struct {
	Counts      database.Counts
	Statuses    []order.Status
	DeadLetters []database.DeadLetter
}

func look(r *http.Request, store database.Store) (consoleView, error) {
	counts, err := store.Counts(r.Context())
	if err != nil {
		return consoleView{}, err
	}
	letters, err := store.ListDeadLetters(r.Context(), 100)
	return consoleView{counts, slices.Sorted(maps.Keys(counts.Orders)), letters}, err
}
