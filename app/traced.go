package app

import (
	"context"
	"log/slog"

	"acme.example/webshop/platform/telemetry"
)

// Traces starts to send this process's traces to the endpoint in the environment (OTEL_EXPORTER_OTLP_ENDPOINT), if there
// is one. stop sends the last ones; call it after Stop.
func (c Config) Traces(ctx context.Context, log *slog.Logger) (stop func(context.Context) error, err error) {
	p := telemetry.Process{Name: "webshop", Version: Version, Services: c.running()}
	if !c.whole() {
		p.Name += "-" + c.running()
	}
	return telemetry.Open(ctx, p, log)
}
