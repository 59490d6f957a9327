package audit

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// complete prepares the market for computing. A zone that is not known is UTC.
func (m *market) complete(name, catalog string) (err error) {
	if m.zone, err = time.LoadLocation(m.TimeZone); err != nil {
		m.zone = time.UTC
	}
	rate, ok := new(big.Rat).SetInt64(1), true
	if m.Rate != "" {
		rate, ok = rate.SetString(m.Rate)
	}
	if !ok {
		return fmt.Errorf("markets.%s.rate: %q is not a number", name, m.Rate)
	}
	m.exchange = rate.Mul(rate, new(big.Rat).Quo(coins(m.Currency), coins(catalog)))
	if m.mostOff, err = hundredths(m.MaxOff); err != nil {
		return inPlace("markets."+name+".maxOff", err)
	}
	for _, r := range m.Tax.Rates { // each is like an authority, whose treatment has no name
		m.Tax.Authorities = append(m.Tax.Authorities, authority{Name: r.Name, Treatments: []treatment{
			{Treatment: addsUp, Percent: r.Percent, Categories: r.Categories, CustomerTypes: r.CustomerTypes},
		}})
	}
	for _, a := range m.Tax.Authorities {
		for i := range a.Treatments {
			err := a.Treatments[i].complete()
			if err != nil {
				return inPlace("markets."+name+".tax: "+a.Name, err)
			}
		}
	}
	return nil
}

// addsUp is the treatment of rates that add up, of which orders keep no name.
const addsUp = "-"

func (t *treatment) complete() (err error) {
	if t.Treatment == "" {
		t.Treatment = "rate"
	}
	if t.Treatment == addsUp {
		t.Treatment = ""
	}
	t.share, err = hundredths(t.Percent)
	if err == nil {
		t.Percent = percentText(t.share)
	}
	return err
}

// smallest are how many of its smallest coins a currency has in its unit, where that is not a hundred.
var smallest = map[string]int64{"JPY": 1, "CLP": 1, "KWD": 1000}

func coins(currency string) *big.Rat { return ratio(cmp.Or(smallest[currency], 100)) }

// steps are what amounts that are paid must be multiples of, where that is more than the smallest coin.
var steps = map[string]int64{"KWD": 10}

// hundredths is a percentage as a share. None is zero.
func hundredths(percent string) (*big.Rat, error) {
	if percent == "" {
		return new(big.Rat), nil
	}
	share, ok := new(big.Rat).SetString(percent)
	if !ok {
		return nil, fmt.Errorf("%q is not a percentage", percent)
	}
	return share.Quo(share, big.NewRat(100, 1)), nil
}

// percentText is a share as orders have it: 9.975, without zeros at the end.
func percentText(share *big.Rat) string {
	text := new(big.Rat).Mul(share, big.NewRat(100, 1)).FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
