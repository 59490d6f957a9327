package pricing

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
)

// Set is the rules of prices, ready to use. It never changes, and may be used by many at once.
type Set struct {
	markets    map[string]Market
	categories map[string]string // by SKU
	offers     []*offer          // in the order in which they are applied: by priority, then by name
	judged     []*offer          // those that exclude others before those others
	codes      map[string]string // the offer of each code
	maxPieces  int
	types      map[string][]string
}

// offer is an Offer after it was compiled.
type offer struct {
	Offer
	name                string
	when, items, amount cel.Program // nil where there is none
	excludedBy          []string
}

// Compile makes a set, or tells all that is wrong with the offers. Expressions are compiled and their types checked;
// then each offer is tried over sample carts (trial.go).
func Compile(spec Spec) (*Set, []Problem) {
	c := newCompiler(spec)
	for _, name := range slices.Sorted(maps.Keys(spec.Offers)) {
		o := spec.Offers[name]
		c.check(name, o)
		c.set.offers = append(c.set.offers, c.offer(name, o))
	}
	c.arrange()
	if len(c.wrong) == 0 {
		c.trials()
	}
	return c.set, c.wrong
}

// Load makes a set of offers that passed Compile before, perhaps in another version of this program. It checks nothing but
// whether their expressions can be compiled; it leaves out offers for which they cannot, and tells why.
func Load(spec Spec) (*Set, []Problem) {
	c := newCompiler(spec)
	for _, name := range slices.Sorted(maps.Keys(spec.Offers)) {
		before := len(c.wrong)
		compiled := c.offer(name, spec.Offers[name])
		if len(c.wrong) > before {
			continue
		}
		c.set.offers = append(c.set.offers, compiled)
		if compiled.Code != "" {
			c.set.codes[compiled.Code] = name
		}
	}
	leftOut := c.wrong
	c.arrange()
	return c.set, leftOut
}

func newCompiler(spec Spec) *compiler {
	s := &Set{
		markets: spec.Markets, categories: map[string]string{}, codes: map[string]string{},
		maxPieces: max(spec.MaxPieces, 1), types: spec.CustomerTypes,
	}
	for _, p := range spec.Products {
		s.categories[p.SKU] = p.Category
	}
	return &compiler{spec: spec, set: s}
}

// arrange brings the offers into the orders in which they are judged and applied.
func (c *compiler) arrange() {
	c.exclusions()
	slices.SortStableFunc(c.set.offers, func(a, b *offer) int { return cmp.Compare(b.Priority, a.Priority) })
}

// Coded is the offer that a code is for.
func (s *Set) Coded(code string) (name string, ok bool) {
	name, ok = s.codes[code]
	return name, ok
}

// compiler collects what is wrong.
type compiler struct {
	spec  Spec
	set   *Set
	wrong []Problem
}

func (c *compiler) offer(name string, o Offer) *offer {
	compiled := &offer{Offer: o, name: name}
	compiled.when = c.expression(name, "when", o.When, func(text string) (cel.Program, error) { return compile(text, cel.BoolType) })
	compiled.items = c.expression(name, "items", o.Items, compileForItems)
	compiled.amount = c.expression(name, "amount", o.Amount, func(text string) (cel.Program, error) { return compile(text, cel.IntType) })
	return compiled
}

func (c *compiler) expression(offer, field, text string, make func(string) (cel.Program, error)) cel.Program {
	if text == "" {
		return nil
	}
	program, err := make(text)
	if err == nil {
		return program
	}
	problem := Problem{Offer: offer, Field: field, Text: err.Error()}
	if f, ok := errors.AsType[flaw](err); ok {
		problem.Line = f.line
	}
	c.wrong = append(c.wrong, problem)
	return nil
}
