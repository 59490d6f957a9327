package aws

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/events"

	"acme.example/webshop/app"
	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/platform/telemetry"
)

// Config configures a function. Each field is an environment variable (doc.go).
type Config struct {
	app.Config `embed:""`

	Function            string        `required:"" help:"The function to be."`
	EventBus            string        `help:"Name or ARN of the event bus."`
	SeedEventBus        string        `help:"Name or ARN of a bus that gets the seed's events in its form, with the customers' data."`
	DatabaseIAM         bool          `name:"database-iam" help:"Log in to PostgreSQL with tokens of IAM."`
	DatabaseConnections int           `help:"Connections of one instance to PostgreSQL."`
	RelayFor            time.Duration `default:"50s" help:"How long a round of relay may go on."`
	MetricsStack        string        `help:"What the metrics of relay have as their dimension Stack."`
}

const (
	// publishFor and sendFor bound the work after an invocation: publishing events, and sending spans.
	publishFor, sendFor = 4 * time.Second, time.Second
	// connectFor bounds the first connection to the database, which is made before the first invocation.
	connectFor = 2 * time.Second
	// clientRate is how many writes per second one client may make to one instance. An instance handles one request at a
	// time, and CloudFront sends many customers' requests from one address, so it is high: it bounds what one instance
	// accepts, and turns on the limits of mails to one address. AWS WAF limits a client over all instances (docs/aws.md).
	clientRate = 50
	// relayConnections is more than one, since relay's parts work concurrently.
	relayConnections = 2
)

// Function is one of the functions. It is safe for concurrent use.
type Function struct {
	functions.Function
	cfg             Config
	shop            *app.Hosted // nil in migrate
	public, private http.Handler
	publisher       *Publisher
	login           func(context.Context) (string, error)
	metrics         io.Writer
	log             *slog.Logger
	now             func() time.Time

	running sync.RWMutex // read-locked by each invocation
}

// New wires the function named by a configuration. env has AWS's own variables.
func New(ctx context.Context, cfg Config, env func(string) string, metrics io.Writer, log *slog.Logger) (*Function, error) {
	row, known := functions.Named(cfg.Function)
	if !known {
		return nil, fmt.Errorf("WEBSHOP_FUNCTION: there is no function %q", cfg.Function)
	}
	cfg.MetricsStack = cmp.Or(cfg.MetricsStack, env("AWS_LAMBDA_FUNCTION_NAME"), cfg.Function)
	cfg.Services, cfg.RateLimit = row.Services, clientRate
	f := &Function{Function: row, cfg: cfg, metrics: metrics, log: log.With("function", row.Name), now: time.Now}
	if cfg.DatabaseIAM {
		var err error
		if f.login, err = login(string(cfg.DatabaseURL), env); err != nil {
			return nil, err
		}
	}
	if row.Migrates {
		return f, nil
	}
	if cfg.EventBus == "" {
		return nil, errors.New("WEBSHOP_EVENT_BUS must be given")
	}
	f.publisher = &Publisher{Client: bridge(env), Bus: cfg.EventBus, Log: f.log}
	return f, f.wire(ctx)
}

func (f *Function) wire(ctx context.Context) (err error) {
	connections := cmp.Or(f.cfg.DatabaseConnections, 1)
	if f.Scheduled {
		connections = max(connections, relayConnections)
	}
	host := app.Host{Publisher: f.publisher, Login: f.login, Connections: connections}
	if f.shop, err = app.NewHosted(ctx, f.cfg.Config, host, f.log); err != nil {
		return err
	}
	if f.cfg.SeedEventBus != "" {
		f.publisher.Seed = &Seed{Bus: f.cfg.SeedEventBus, Detail: f.shop.SeedEvent}
	}
	f.public, f.private = only(nil, nil), only(nil, nil)
	if len(f.Public) > 0 {
		f.public = only(f.Public, f.shop.Public())
	}
	if len(f.Private) > 0 {
		private, err := f.shop.Private()
		if err != nil {
			return errors.Join(err, f.shop.Close())
		}
		f.private = only(f.Private, private)
	}
	return nil
}

// Connect makes the first connection to the database, so that the first invocation need not.
func (f *Function) Connect(ctx context.Context) {
	if f.shop == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, connectFor)
	defer cancel()
	f.shop.Refresh(ctx)
	if err := f.shop.Connect(ctx); err != nil {
		f.log.Warn("no connection to the database yet; trying again when it is needed", "error", err)
	}
}

// called distinguishes the forms of a call.
type called struct {
	HTTPMethod  string            `json:"httpMethod"`
	Subscriber  string            `json:"subscriber"`
	Detail      json.RawMessage   `json:"detail"`
	Records     []json.RawMessage `json:"Records"`
	RequestType string            `json:"RequestType"`
}

// Invoke handles a call. Its events and spans are sent when it returns.
func (f *Function) Invoke(ctx context.Context, payload json.RawMessage) (any, error) {
	f.running.RLock()
	defer f.running.RUnlock()
	defer f.finish(ctx)
	var c called
	if text := strings.TrimSpace(string(payload)); strings.HasPrefix(text, "{") {
		if err := json.Unmarshal(payload, &c); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoEvent, err)
		}
	}
	if f.shop != nil {
		f.shop.Refresh(ctx)
	}
	switch {
	case f.Migrates:
		return f.migrate(ctx, payload, c.RequestType != "")
	case c.HTTPMethod != "":
		return with(payload, func(e events.APIGatewayProxyRequest) (any, error) { return f.serve(ctx, e) })
	case len(c.Records) > 0 && f.DeadLetters:
		return with(payload, func(e events.SQSEvent) (any, error) { return f.park(ctx, e) })
	case f.Scheduled:
		return nil, f.round(ctx)
	case c.Subscriber != "" || len(c.Detail) > 0:
		return nil, f.deliver(ctx, payload)
	}
	return nil, errNoEvent
}

func with[E any](payload []byte, do func(E) (any, error)) (any, error) {
	var e E
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoEvent, err)
	}
	return do(e)
}

// finish sends an invocation's events and spans, since the instance is frozen after its answer.
func (f *Function) finish(ctx context.Context) {
	if f.publisher != nil {
		bounded, cancel := context.WithTimeout(ctx, publishFor)
		f.publisher.Flush(bounded)
		cancel()
	}
	bounded, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	if err := telemetry.Flush(bounded); err != nil {
		f.log.Warn("traces of this invocation may be lost", "error", err)
	}
}

// migrate migrates the tables during a deployment, and reports the result to CloudFormation at the given address.
func (f *Function) migrate(ctx context.Context, payload []byte, resource bool) (any, error) {
	if !resource {
		return f.byHand(ctx, payload)
	}
	return with(payload, func(e cfn.Event) (any, error) {
		return cfn.LambdaWrap(func(ctx context.Context, e cfn.Event) (id string, data map[string]any, err error) {
			if e.RequestType != cfn.RequestDelete {
				err = app.Migrate(ctx, f.cfg.Config, f.login, f.log)
			}
			return "tables", data, err
		})(ctx, e)
	})
}

// byHand migrates the tables for an operator, who may mark the database as an older copy.
func (f *Function) byHand(ctx context.Context, payload []byte) (any, error) {
	var in struct {
		Restored bool `json:"restored"`
	}
	if len(payload) > 0 { // a misspelt field must not pass for a plain migration
		d := json.NewDecoder(bytes.NewReader(payload))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoEvent, err)
		}
	}
	if err := app.Migrate(ctx, f.cfg.Config, f.login, f.log); err != nil {
		return nil, err
	}
	if !in.Restored {
		return nil, nil
	}
	first, err := app.HostedRestored(ctx, f.cfg.Config, f.login)
	return map[string]int64{"firstNumber": first}, err
}

// Close waits for the running invocation, and closes the connections.
func (f *Function) Close() error {
	f.running.Lock()
	defer f.running.Unlock()
	if f.shop == nil {
		return nil
	}
	return f.shop.Close()
}
