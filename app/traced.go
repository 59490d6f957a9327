package app

import (
	"context"
	"log/slog"

	"acme.example/webshop/platform/telemetry"
)

// Traces begins to send the traces of this process to where the environment says (OTEL_EXPORTER_OTLP_ENDPOINT), and
// nothing when it says nothing. The returned function sends the last ones; it is to be called after Stop.
func (c Config) Traces(ctx context.Context, log *slog.Logger) (stop func(context.Context) error, err error) {
	p := telemetry.Process{Name: "webshop", Version: Version, Services: c.running()}
	if !c.whole() {
		p.Name += "-" + c.running()
	}
	return telemetry.Open(ctx, p, log)
}
