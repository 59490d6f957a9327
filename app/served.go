package app

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"acme.example/webshop/platform/bus/local"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// served is the common part of standalone and node: listeners and a bus of their own.
type served struct{}

func (served) process(c Config) string {
	name := c.PrivateAddr
	if host, err := os.Hostname(); err == nil {
		name = host + " " + name
	}
	if !c.whole() {
		name += " (" + c.running() + ")"
	}
	return name
}

func (served) orderLink(c Config, id int64) string {
	return c.privateURL() + "/console/orders/" + strconv.FormatInt(id, 10)
}

// openBus connects to the configured NATS servers. Without any, events are passed on within the process.
func (served) openBus(ctx context.Context, s *system) (err error) {
	if len(s.cfg.NATSURL) == 0 {
		b := s.localBus()
		crash.On("bus-wiped", b.Wipe)
		s.bus = b
		return nil
	}
	if s.nats, err = s.openNATS(ctx); err != nil {
		return err
	}
	s.bus = s.nats
	return nil
}

func (served) openRules(ctx context.Context, s *system, first []byte) error {
	if s.engine != nil {
		s.rulesAdmin = s.newRulesAdmin()
		if err := s.foundRules(ctx, first); err != nil {
			return err
		}
	}
	s.undo.add(s.leaveRules)
	return await(ctx, s.log, "the rules of the shop", func(ctx context.Context) error {
		if version, err := s.store.ActiveRules(ctx); err != nil || version == 0 {
			return errors.Join(err, errNoRules)
		}
		return s.rules.Open(ctx)
	})
}

func (served) publisher(s *system) database.Publisher { return s.bus }

func (served) alerts(s *system) []ops.Rule { return s.alertRules() }

// localBus returns the queues of a process: the only one on its journal, or one of several.
func (s *system) localBus() *local.Bus {
	if !s.copies() {
		return local.Alone()
	}
	return local.Shared(func(send int) time.Duration {
		if send > 0 {
			return database.Lease
		}
		behind := s.engine.Backlog()
		behind.Inside, behind.Outside = behind.Inside/2, behind.Outside/2 // the engine may have counted fewer when it gave the lease
		return database.FirstWait(behind)
	}, s.engine.MakeDue)
}
