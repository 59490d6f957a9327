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

// Console is the operator's page: what is wrong, how many orders are where, and what could not be handled.
func Console(store database.Services, alerts *Alerts, log *slog.Logger) (http.Handler, error) {
	page, err := template.New("console").Parse(consolePage)
	if err != nil {
		return nil, err
	}
	return shown(page, log, func(r *http.Request) (any, error) { return look(r, store, alerts) }), nil
}

// shown shows what is seen at a request.
func shown(page *template.Template, log *slog.Logger, see func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		view, err := see(r)
		var html bytes.Buffer
		if err == nil {
			err = page.Execute(&html, view)
		}
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				log.ErrorContext(r.Context(), "console", "error", err)
			}
			fault.Write(w, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = html.WriteTo(w) // the reader may be gone
	})
}

type consoleView struct {
	Alerts      []Alert
	Counts      database.Counts
	Statuses    []order.Status
	DeadLetters []database.DeadLetter
}

func look(r *http.Request, store database.Services, alerts *Alerts) (consoleView, error) {
	open, _, _ := alerts.List()
	counts, err := store.Counts(r.Context())
	if err != nil {
		return consoleView{}, err
	}
	letters, err := store.ListDeadLetters(r.Context(), 100)
	return consoleView{open, counts, slices.Sorted(maps.Keys(counts.Orders)), letters}, err
}
