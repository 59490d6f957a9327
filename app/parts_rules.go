package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
	"acme.example/webshop/surfaces/ops"
)

// DefaultShopFile is the default rules of a new shop.
var DefaultShopFile = rules.Default

// BuiltInRules returns the rules of a new shop, with examples applied to them.
func BuiltInRules(with ...string) ([]byte, error) {
	if len(with) == 0 {
		return DefaultShopFile, nil
	}
	return examples.Over(DefaultShopFile, with...)
}

// leaveTimeout bounds how long a stopping process takes to report that it no longer uses the rules.
const leaveTimeout = 3 * time.Second

// firstRules returns the rules of a new shop: the shop file, or the built-in ones. They are only checked for a new shop:
// a later start must not fail because this release checks more strictly.
func (c Config) firstRules() ([]byte, error) {
	if c.ShopFile == "" {
		return DefaultShopFile, nil
	}
	text, err := os.ReadFile(c.ShopFile)
	if err != nil {
		return nil, fmt.Errorf("shop file: %w", err)
	}
	return text, nil
}

// newBook makes the versions of the rules; they are opened with the store.
func (s *system) newBook() {
	s.rules = &rules.Versions{Providers: Providers, Name: s.cfg.deployment().process(s.cfg), Now: s.now, Log: s.log, OnChange: s.counts.expect}
}

// openRules opens the rules. A new shop gets its first ones.
func (s *system) openRules(ctx context.Context, first []byte) error {
	s.rules.Store = s.store
	return s.cfg.deployment().openRules(ctx, s, first)
}

var errNoRules = errors.New("a new shop gets its rules from the first process that runs database")

func (s *system) newRulesAdmin() *rules.Admin {
	return &rules.Admin{Store: s.engine, Versions: s.rules, Who: ops.Who, Now: s.now}
}

// leaveRules records that this process no longer uses the rules. If it cannot, the process counts for a while longer.
func (s *system) leaveRules() error {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	if err := s.rules.Leave(ctx); err != nil {
		s.log.Debug("rules: not left", "error", err)
	}
	return nil
}

// foundRules gives a new shop its first rules. Other shops keep theirs, whatever the shop file says.
func (s *system) foundRules(ctx context.Context, first []byte) error {
	note := "the built-in rules"
	if s.cfg.ShopFile != "" {
		note = "the file " + s.cfg.ShopFile
	}
	differ, err := s.rulesAdmin.Found(ctx, first, note)
	if wrong, ok := errors.AsType[rules.Wrong](err); ok {
		return fmt.Errorf("shop file: %w", wrong)
	}
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	if differ && s.cfg.ShopFile != "" {
		s.log.Warn("rules: --shop-file differs from the active rules: it is for a new shop only",
			"file", s.cfg.ShopFile, "do", "webshop rules activate "+s.cfg.ShopFile)
	}
	return nil
}

// able reports whether this process can handle events. If not, another copy may be able to.
func (s *system) able() bool { return s.reach.able() && s.rules.Ready() == nil }

// CheckRules returns what is wrong with a file of rules, or else what of them may not be meant, with line numbers.
func CheckRules(file string) (warnings []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	set, err := rules.Check(text, Providers, time.Now())
	if err != nil {
		return nil, err
	}
	return set.Warnings, nil
}

// RulesSchema returns the JSON Schema of the rules.
func RulesSchema() ([]byte, error) { return rules.SchemaJSON(Providers) }

// keepsPersons is for how long each market keeps personal data.
func (s *system) keepsPersons() map[string]order.Keep {
	keep := map[string]order.Keep{}
	for name, m := range s.rules.Latest().Orders.Markets {
		keep[name] = m.Keep
	}
	return keep
}

// deadlines returns the deadlines of the active rules.
func (s *system) deadlines() database.Deadlines { return s.rules.Latest().Deadlines }
