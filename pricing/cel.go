package pricing

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
)

const (
	// costLimit bounds one evaluation of an expression, in CEL's units. Checking each of 100 lines costs some 1,000.
	costLimit = 20_000
	// MaxExpression bounds the length of an expression, in characters.
	MaxExpression = 1_000
)

// Item is a line as expressions see it: as in the cart, before any offer.
type Item struct {
	SKU      string `cel:"sku"`
	Category string `cel:"category"`
	Quantity int64  `cel:"quantity"`
	Price    int64  `cel:"price"` // of one piece
	Total    int64  `cel:"total"`
}

// language is what expressions may use. Making it takes some milliseconds, which shops without offers do not need.
var language = sync.OnceValues(func() (*cel.Env, error) {
	item := cel.ObjectType("pricing.Item")
	return cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[Item](), ext.ParseStructTag("cel")),
		cel.ParserExpressionSizeLimit(2*MaxExpression),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals()),
		cel.Variable("cart.items", cel.ListType(item)),
		cel.Variable("cart.subtotal", cel.IntType),
		cel.Variable("cart.pieces", cel.IntType),
		cel.Variable("customer.type", cel.StringType),
		cel.Variable("customer.details", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("market.name", cel.StringType),
		cel.Variable("market.currency", cel.StringType),
		cel.Variable("market.language", cel.StringType),
		cel.Variable("market.timeZone", cel.StringType),
		cel.Variable("now", cel.TimestampType),
	)
})

// overItems is the language with the item in it.
var overItems = sync.OnceValues(func() (*cel.Env, error) {
	env, err := language()
	if err != nil {
		return nil, err
	}
	return env.Extend(cel.Variable("item", cel.ObjectType("pricing.Item")))
})

// flaw is an error in an expression, with its line, from 0.
type flaw struct {
	line int
	text string
}

func (f flaw) Error() string { return f.text }

// compile compiles an expression with a type.
func compile(text string, want *cel.Type) (cel.Program, error) {
	if err := short(text); err != nil {
		return nil, err
	}
	env, err := language()
	if err != nil {
		return nil, err
	}
	return plan(env, text, want)
}

// short refuses an expression that is too long.
func short(text string) error {
	if utf8.RuneCountInString(text) > MaxExpression {
		return flaw{0, fmt.Sprintf("must have at most %d characters", MaxExpression)}
	}
	return nil
}

// compileForItems compiles a program that evaluates the expression for each item. It is one program over all of them, so
// that its cost is bounded for the whole cart.
func compileForItems(text string) (cel.Program, error) {
	if err := short(text); err != nil {
		return nil, err
	}
	env, err := overItems()
	if err != nil {
		return nil, err
	}
	if _, err := plan(env, text, cel.BoolType); err != nil {
		return nil, err
	}
	if env, err = language(); err != nil {
		return nil, err
	}
	return plan(env, "cart.items.map(item, (\n"+text+"\n))", cel.ListType(cel.BoolType))
}

func plan(env *cel.Env, text string, want *cel.Type) (cel.Program, error) {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, flaw{max(first.Location.Line()-1, 0), fmt.Sprintf("column %d: %s", first.Location.Column()+1, first.Message)}
	}
	if !ast.OutputType().IsExactType(want) {
		return nil, flaw{0, fmt.Sprintf("must be %s; it is %s", want, ast.OutputType())}
	}
	return env.Program(ast, cel.CostLimit(costLimit), cel.EvalOptions(cel.OptOptimize))
}

// scene is what expressions see of a cart.
type scene struct {
	items            []Item
	subtotal, pieces int64
	customer         string
	details          map[string]string
	name             string
	market           *Market
	now              time.Time
}

// Parent returns nil: there are no other variables.
func (s *scene) Parent() cel.Activation { return nil }

// ResolveName returns the value of a variable.
func (s *scene) ResolveName(name string) (any, bool) {
	switch name {
	case "cart.items":
		return s.items, true
	case "cart.subtotal":
		return types.Int(s.subtotal), true
	case "cart.pieces":
		return types.Int(s.pieces), true
	case "customer.type":
		return types.String(s.customer), true
	case "customer.details":
		return s.details, true
	case "now":
		return types.Timestamp{Time: s.now}, true
	}
	return s.ofMarket(name)
}

func (s *scene) ofMarket(name string) (any, bool) {
	switch name {
	case "market.name":
		return types.String(s.name), true
	case "market.currency":
		return types.String(s.market.Currency), true
	case "market.language":
		return types.String(s.market.Language), true
	case "market.timeZone":
		return types.String(s.market.Zone.String()), true
	}
	return nil, false
}

var errNoValue = errors.New("the expression has no value of its type")

// holds evaluates a boolean program; nil is true.
func (s *scene) holds(p cel.Program) (bool, error) {
	if p == nil {
		return true, nil
	}
	value, err := s.run(p)
	yes, ok := value.(types.Bool)
	if err == nil && !ok {
		err = errNoValue
	}
	return bool(yes), err
}

// number evaluates a numeric program.
func (s *scene) number(p cel.Program) (int64, error) {
	value, err := s.run(p)
	n, ok := value.(types.Int)
	if err == nil && !ok {
		err = errNoValue
	}
	return int64(n), err
}

// which evaluates a program of compileForItems; nil is true for every item.
func (s *scene) which(p cel.Program) ([]bool, error) {
	which := make([]bool, len(s.items))
	if p == nil {
		for i := range which {
			which[i] = true
		}
		return which, nil
	}
	value, err := s.run(p)
	if err != nil {
		return nil, err
	}
	list, ok := value.ConvertToNative(reflect.TypeFor[[]bool]())
	which, isList := list.([]bool)
	if ok != nil || !isList || len(which) != len(s.items) {
		return nil, errNoValue
	}
	return which, nil
}

func (s *scene) run(p cel.Program) (ref.Val, error) {
	value, _, err := p.Eval(s)
	return value, err
}
