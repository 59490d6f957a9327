package pricing

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
)

// Set is compiled price rules. It never changes, and is safe for concurrent use.
type Set struct {
	markets    map[string]Market
	categories map[string]string // by SKU
	classes    map[string]string // those of taxes, by SKU
	offers     []*offer          // in the order of application: by priority, then by name
	judged     []*offer          // those that exclude others come before them
	codes      map[string]string // the offer of each code
	maxPieces  int
	types      map[string][]string
}

// offer is a compiled Offer.
type offer struct {
	Offer
	name                string
	when, items, amount cel.Program // nil if there is none
	excludedBy, rivals  []*offer    // rivals are the others of its group
	rank                int         // in the order of application
}

// Compile compiles a spec, or returns all problems of its offers. Expressions are compiled and type-checked; then each
// offer is tried with sample carts (trial.go).
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

// Load compiles a spec that passed Compile before, perhaps in another release. It only checks that its expressions
// compile; it leaves out offers whose expressions do not, and returns why.
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
		markets: spec.Markets, categories: map[string]string{}, classes: map[string]string{}, codes: map[string]string{},
		maxPieces: max(spec.MaxPieces, 1), types: spec.CustomerTypes,
	}
	for _, p := range spec.Products {
		s.categories[p.SKU], s.classes[p.SKU] = p.Category, p.TaxClass
	}
	return &compiler{spec: spec, set: s}
}

// arrange sorts the offers in the orders of evaluation and application.
func (c *compiler) arrange() {
	c.exclusions()
	slices.SortStableFunc(c.set.offers, func(a, b *offer) int { return cmp.Compare(b.Priority, a.Priority) })
	for i, o := range c.set.offers {
		o.rank = i
	}
}

// Coded returns the offer of a code.
func (s *Set) Coded(code string) (name string, ok bool) {
	name, ok = s.codes[code]
	return name, ok
}

// compiler collects problems.
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
