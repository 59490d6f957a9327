package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// Shop is a running shop.
type Shop struct {
	PublicURL  string // for customers
	PrivateURL string // for operators
	Mode       string // local or production
	TokenFile  string // file of the private token; "" if the token was given

	publicAddr string

	cfg         Config
	log         *slog.Logger
	system      *system
	servers     [2]*http.Server                        // public, private
	gates       [2]gate                                // in front of the servers' handlers
	subs        map[string]func(context.Context) error // stop functions of the subscribers
	quit        context.CancelFunc                     // ends the background work
	unwatch     context.CancelFunc                     // ends the alerts: a stop is no incident
	work        sync.WaitGroup
	stopping    atomic.Bool
	failed      chan error
	leaveFolder func() error // unlocks the data folder
}

// Start opens the listeners, wires this process's part of the shop, and starts it. NATS and the database may come later:
// it waits for them, for a bounded time. When it returns, orders are taken.
func Start(ctx context.Context, cfg Config, log *slog.Logger) (*Shop, error) {
	begun := time.Now()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	first, err := cfg.firstRules()
	if err != nil {
		return nil, err
	}
	log = telemetry.Log(log)
	shop := &Shop{Mode: cfg.mode(), cfg: cfg, log: log, failed: make(chan error, 2)}
	if !cfg.whole() {
		shop.log = log.With("services", cfg.running())
	}
	shop.log.Info("starting", "version", Version, "mode", shop.Mode)
	if err := shop.takeFolder(); err != nil {
		return nil, err
	}
	public, private, err := listen(cfg)
	if err != nil {
		return nil, errors.Join(err, shop.leaveFolder())
	}
	if shop.cfg.keptToken, err = cfg.keepToken(); err != nil {
		return nil, errors.Join(err, public.Close(), private.Close(), shop.leaveFolder())
	}
	if shop.cfg.keptToken != "" {
		shop.TokenFile = filepath.Join(cfg.DataDir, datafolder.Token)
	}
	shop.cfg.PrivateAddr = private.Addr().String()
	shop.publicAddr = public.Addr().String()
	shop.PublicURL, shop.PrivateURL = cfg.publicURL(public.Addr()), shop.cfg.privateURL()
	if err := shop.start(ctx, first, public, private); err != nil {
		return nil, errors.Join(err, shop.abandon(public, private), shop.leaveFolder())
	}
	shop.log.Info("started", "version", Version, "public", shop.publicAddr, "private", shop.cfg.PrivateAddr, "after", time.Since(begun))
	return shop, nil
}

func (s *Shop) start(ctx context.Context, first []byte, public, private net.Listener) (err error) {
	streams, bounds := make(chan struct{}), newConnections(s.cfg)
	serve := func() {
		s.servers[0] = s.serve(bounds.Listen(public), &s.gates[0], bounds.State)
		s.servers[0].RegisterOnShutdown(func() { close(streams) })
		s.servers[1] = s.serve(private, &s.gates[1], nil)
	}
	if s.cfg.waits() {
		serve() // alive, but not ready
		s.log.Info("start: listening", "public", s.publicAddr, "private", s.cfg.PrivateAddr)
	}
	if s.system, err = wire(ctx, s.cfg, first, s.PublicURL, s.log); err != nil {
		return err
	}
	s.system.metrics.MustRegister(bounds.metrics()...)
	s.system.orders.Stopping, s.system.quitting = streams, streams
	privateHandler, err := s.system.private()
	if err != nil {
		return errors.Join(err, s.system.close())
	}
	if s.subs, err = s.system.subscribe(ctx); err != nil {
		return errors.Join(err, s.system.close())
	}
	crash.At("start.before-relay")
	s.goOn(ctx)
	crash.At("start.before-serving")
	s.gates[0].open(s.system.public(s.Ready))
	s.gates[1].open(privateHandler)
	if !s.cfg.waits() {
		serve()
	}
	return nil
}

// goOn starts the background work of each service, and the alerts.
func (s *Shop) goOn(ctx context.Context) {
	var background, watching context.Context
	background, s.quit = context.WithCancel(context.WithoutCancel(ctx))
	for _, row := range s.system.running() {
		for _, run := range row.runs {
			s.work.Go(func() { run(background) })
		}
	}
	s.work.Go(func() { s.system.publish(background) })
	s.work.Go(func() { s.system.rules.Run(background) })
	if len(s.system.secrets) > 0 && s.cfg.deployment().sharesSecrets() {
		s.work.Go(func() {
			s.system.repeat(secretEvery, s.system.haveSecrets, "cannot say which link secret this process has")(background)
		})
	}
	s.work.Go(func() { s.system.reach.watch(background, s.system.store.Ping) })
	watching, s.unwatch = context.WithCancel(background)
	s.work.Go(func() { s.system.alerts.Run(watching) })
	s.work.Go(func() { s.system.notifier.Run(watching) })
	for _, channel := range s.system.channels {
		s.work.Go(func() { channel.Run(background) })
	}
}

// abandon closes the listeners of a failed start.
func (s *Shop) abandon(public, private net.Listener) error {
	if s.servers[0] == nil {
		return errors.Join(public.Close(), private.Close())
	}
	err := errors.Join(s.servers[0].Close(), s.servers[1].Close())
	s.work.Wait()
	return err
}

// takeFolder makes and locks the data folder, in a process that keeps files.
func (s *Shop) takeFolder() (err error) {
	s.leaveFolder = func() error { return nil }
	if s.cfg.deployment().keepsFiles(s.cfg) {
		s.leaveFolder, err = datafolder.Take(s.cfg.DataDir, s.log)
	}
	return err
}

func listen(cfg Config) (public, private net.Listener, err error) {
	if public, err = net.Listen("tcp", cfg.PublicAddr); err != nil {
		return nil, nil, fmt.Errorf("public listener: %w", err)
	}
	if private, err = net.Listen("tcp", cfg.PrivateAddr); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("private listener: %w", err), public.Close())
	}
	return public, private, nil
}

func (c Config) publicURL(addr net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return reachable(addr.String())
}

// privateURL returns where this machine reaches the private listener.
func (c Config) privateURL() string { return reachable(c.PrivateAddr) }

// reachable returns the address at which this machine reaches a listener.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || (ip != nil && ip.IsUnspecified())) {
		return "http://localhost:" + port
	}
	return "http://" + addr
}

// serve answers requests until the server is shut down.
func (s *Shop) serve(l net.Listener, h http.Handler, state func(net.Conn, http.ConnState)) *http.Server {
	server := &http.Server{
		Handler: h, ConnState: state, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	s.work.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("listener %s: %w", l.Addr(), err)
		}
	})
	return server
}

// Ready returns why the shop cannot answer requests now, or nil.
func (s *Shop) Ready(ctx context.Context) error {
	if s.stopping.Load() {
		return fault.New(fault.Unavailable, "it is stopping")
	}
	return s.system.ready(ctx)
}

// PublicAddress returns where the public listener listens; PublicURL may be a gateway's.
func (s *Shop) PublicAddress() string { return s.publicAddr }

// Failed receives an error when a listener has failed.
func (s *Shop) Failed() <-chan error { return s.failed }

// Stop ends the shop: first new requests, then the work in progress, until the context ends, then the connections.
// Unfinished work is no error: it is in the journal, and continues at the next start.
func (s *Shop) Stop(ctx context.Context) error {
	begun := time.Now()
	s.log.Info("stopping", "version", Version)
	defer func() {
		telemetry.TellRepeats(s.log)
		s.log.Info("stopped", "after", time.Since(begun))
	}()
	s.stopping.Store(true)
	s.unwatch()
	s.unfinished(s.servers[0].Shutdown(ctx))
	crash.At("stop.intake-closed")
	var drained sync.WaitGroup
	for _, stop := range s.subs {
		drained.Go(func() { s.unfinished(stop(ctx)) })
	}
	drained.Wait()
	s.unfinished(s.servers[1].Shutdown(ctx))
	s.quit()
	err := errors.Join(s.servers[0].Close(), s.servers[1].Close())
	s.work.Wait()
	s.unfinished(s.system.bus.Flush(ctx))
	crash.At("stop.before-closing")
	return errors.Join(err, s.system.close(), s.leaveFolder())
}

// unfinished logs what did not end before the deadline.
func (s *Shop) unfinished(err error) {
	if err != nil {
		s.log.Warn("stopping with unfinished work, which continues at the next start", "error", err)
	}
}

// close closes what wire opened.
func (s *system) close() error { return s.undo.after(nil) }

// Log returns a logger as configured, which writes to w.
func (c Config) Log(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level: %w", err)
	}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})), nil
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})), nil
}
