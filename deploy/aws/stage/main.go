package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"acme.example/webshop/platform/database/pgtest"
)

// options are the command's flags.
type options struct {
	Config
	database string
	seconds  int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = o.serve(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stage:", err)
		os.Exit(1)
	}
}

func parse(args []string) (o options, err error) {
	o.Parameters, o.Settings = map[string]string{"OperatorNetworks": "127.0.0.0/8"}, map[string]string{}
	f := flag.NewFlagSet("stage", flag.ContinueOnError)
	f.StringVar(&o.Template, "template", "deploy/aws/template.yaml", "the template `FILE`")
	f.StringVar(&o.Bootstrap, "bootstrap", "", "the bootstrap `FILE` of the functions; default: it is built")
	f.StringVar(&o.database, "database-url", "", "PostgreSQL `URL`; default: a server that ends with the stage")
	f.StringVar(&o.PublicAddr, "public-addr", "127.0.0.1:8080", "where customers come in")
	f.Float64Var(&o.Speed, "speed", 1, "how much faster than on AWS schedules and retries are")
	f.IntVar(&o.Instances, "instances", 3, "of each function at most")
	f.Uint64Var(&o.Trouble.Seed, "seed", 1, "of all trouble")
	f.IntVar(&o.Trouble.Kills, "kills", 0, "how many instances are killed in the middle of an invocation")
	f.Float64Var(&o.Trouble.KillShare, "kill-share", .05, "in which share of invocations, until there were that many")
	f.Float64Var(&o.Trouble.Twice, "twice", 0, "share of deliveries of events that are made twice")
	f.Float64Var(&o.Trouble.Late, "late", 0, "share of deliveries of events that are made late")
	f.DurationVar(&o.Trouble.LateBy, "late-by", 5*time.Second, "how late at most")
	f.Float64Var(&o.Trouble.Refused, "refused", 0, "share of entries that EventBridge refuses")
	f.IntVar(&o.seconds, "seconds", 0, "how long the stage runs; 0 is until Ctrl-C")
	f.Func("parameter", "`NAME=VALUE` of the stack; may be given more than once", pair(o.Parameters))
	f.Func("setting", "`NAME=VALUE`: another value of an environment variable of the functions; may be given more than once", pair(o.Settings))
	return o, f.Parse(args)
}

func pair(into map[string]string) func(string) error {
	return func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("must be NAME=VALUE")
		}
		into[name] = value
		return nil
	}
}

// serve runs the stage until the context ends, and reports what it saw.
func (o options) serve(ctx context.Context, out io.Writer) (err error) {
	if o.seconds > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(o.seconds)*time.Second)
		defer stop()
	}
	if o.Folder, err = os.MkdirTemp("", "stage"); err != nil {
		return err
	}
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	end, err := o.furnish(ctx)
	defer func() { err = errors.Join(err, end()) }()
	if err != nil {
		return err
	}
	s, err := Start(ctx, o.Config)
	if err != nil {
		return fmt.Errorf("%w (logs are in %s)", err, o.Folder)
	}
	o.tell(out, s)
	<-ctx.Done()
	return errors.Join(s.Report(out), s.Close())
}

// furnish starts what the functions need: their program, a database, partners. end stops it.
func (o *options) furnish(ctx context.Context) (end func() error, err error) {
	end = func() error { return nil }
	if o.Bootstrap == "" {
		if o.Bootstrap, err = build(ctx, o.Folder); err != nil {
			return end, err
		}
	}
	if o.database == "" {
		server, err := pgtest.Start()
		if err != nil {
			return end, err
		}
		end = server.Stop
		if o.database, err = server.Make("webshop"); err != nil {
			return end, err
		}
	}
	others, err := partners(ctx, o.Trouble.Seed)
	others["WEBSHOP_PRIVATE_TOKEN"] = rand.Text()
	given := o.Settings
	o.Settings = settings(o.database, others)
	maps.Copy(o.Settings, given)
	return end, err
}

// tell prints how to use the stage.
func (o options) tell(out io.Writer, s *Stage) {
	private := fmt.Sprintf("--private-url %s --private-token %s", s.URL("PrivateApi"), o.Settings["WEBSHOP_PRIVATE_TOKEN"])
	fmt.Fprintf(out, `The shop is at %[1]s, and its partners and mails are at %[2]s/mail; the functions' logs are in %[3]s.

webshop systemtest --public-url %[1]s %[4]s
webshop audit --database-url '%[5]s' %[4]s
webshop alerts %[4]s

`, s.PublicURL(), o.Settings["WEBSHOP_SIMULATORS_URL"], o.Folder, private, o.database)
}
