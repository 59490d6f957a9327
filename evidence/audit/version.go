package audit

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/goccy/go-yaml"
)

// version is what a version of the rules says of prices and taxes, as its kept text has it. See docs/rules.md.
type version struct {
	Currency string
	Catalog  []product
	Markets  map[string]*market
	Offers   map[string]*offer

	products map[string]product
	err      error // why the text could not be read
}

type product struct {
	SKU      string
	Price    int64
	Category string
	TaxClass string `yaml:"taxClass"`
}

type market struct {
	Currency string
	Rate     string
	TimeZone string `yaml:"timeZone"`
	Tax      taxation
	Charges  []charge
	MaxOff   string `yaml:"maxOff"` // of a subtotal, in percent; "" for all of it

	mostOff  *big.Rat
	zone     *time.Location
	exchange *big.Rat // of minor units of the catalog's currency
}

// charge is a fixed amount that is added to orders.
type charge struct {
	Name, Per, Account string
	Amount             int64
	TaxClass           string   `yaml:"taxClass"`
	CustomerTypes      []string `yaml:"customerTypes"`
	Jurisdictions      []string
	FreeFrom           int64 `yaml:"freeFrom"`
}

// taxation is how a market taxes.
type taxation struct {
	Included      bool
	KeepGross     bool `yaml:"keepGross"`
	Jurisdictions []struct{ Name string }
	Authorities   []authority
	Rounding      rounding
	Rates         []struct {
		Name, Percent string
		Categories    []string
		CustomerTypes []string `yaml:"customerTypes"`
	}
}

type authority struct {
	Name          string
	Point         string // when its taxes fall due
	Jurisdictions []string
	Treatments    []treatment
}

type treatment struct {
	Treatment, Percent string
	Classes            []string
	Categories         []string `yaml:"-"` // of rates that add up
	CustomerTypes      []string `yaml:"customerTypes"`
	Jurisdictions      []string
	Needs              string
	Document           *struct{ Number, Authority, Until string }
	From, Until        string

	share *big.Rat // of the price
}

// offer is what an offer takes off.
type offer struct {
	Items, Percent string
	Nth, Priority  int64
	Amount         any // by currency, or an expression
	Free           *struct {
		SKU      string
		Quantity int64
	}
	Code, From, Until string
	Group             string
	Excludes          []string

	share *big.Rat
}

// maxVersions bounds the versions that are kept in memory.
const maxVersions = 100

// versions are those that were read. A kept text never changes.
type versions map[int64]*version

// readVersions reads the versions that a page's orders name, as far as they are not known. One that is not there stays nil.
func (s *snapshot) readVersions(ctx context.Context, page []*life) error {
	for _, l := range page {
		if l.rules == 0 || s.versions[l.rules] != nil {
			l.version = s.versions[l.rules]
			continue
		}
		var text string
		err := s.each(ctx, func(scan func(...any) error) error { return scan(&text) }, `SELECT text FROM rules WHERE version = $1`, l.rules)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if len(s.versions) >= maxVersions {
			clear(s.versions)
		}
		l.version = readVersion(text)
		s.versions[l.rules] = l.version
	}
	return nil
}

// readVersion reads the text of a version.
func readVersion(text string) *version {
	r := &version{products: map[string]product{}}
	if r.err = yaml.Unmarshal([]byte(text), r); r.err != nil {
		return r
	}
	for _, p := range r.Catalog {
		r.products[p.SKU] = p
	}
	for name, m := range r.Markets {
		r.err = errors.Join(r.err, m.complete(name, r.Currency))
	}
	for name, o := range r.Offers {
		var err error
		o.share, err = hundredths(o.Percent)
		r.err = errors.Join(r.err, inPlace("offers."+name, err))
	}
	return r
}

func inPlace(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
