// Package pricing prices a cart: what each piece costs in a market, what offers take off, and what taxes there are. It
// knows no order, no store and no file: Compile takes the rules as data, and Set.Quote answers from them alone.
//
// The price is made in this order, and each step says how it is rounded. All amounts are integers in minor units of the
// market's currency; nothing else is ever rounded.
//
//  1. The unit price is the catalog's, changed into the market's currency: half away from zero.
//  2. Pieces of one SKU are one line, lines are sorted by SKU. So the order of pieces cannot matter.
//  3. Offers: those whose conditions hold, without those that another of them excludes, and of each group the one that
//     would take most off by itself, by priority (high first), then by name. Conditions and amounts see the cart as it was before any offer; what is taken off is taken of what earlier
//     offers left. A percentage is taken of the sum of the lines that it is for: half away from zero. It, and a fixed amount,
//     which is at most what is left of them, is spread over them in proportion by largest remainder, so that nothing is lost.
//     Of every nth piece: pieces are laid out dearest first (by what is left of them), and each nth has the percentage.
//     Where a market bounds what all offers take off a subtotal, they are cut in this order; a gift that does not fit is not
//     given. The price of a gift is taken off last, and spread over all lines like an amount.
//  4. Charges are lines of their own.
//  5. Taxes, of what is left of each line, and for each authority by itself: half away from zero, or as the market's Rounding
//     says. A tax that is added is
//     amount × rate; one that is included is amount × rate / (100 + sum of the line's rates). If prices include taxes and a
//     customer owes others than usual (none by reverse charge), the usual ones are taken out of the price, and those that
//     are owed are added to what is left: unless the market keeps its gross prices, which then have in them what is owed.
//  6. A line's total is what is left of it, its added taxes, and less its relief. The price is the sum of the lines.
//     Where a currency is not paid in single minor units (money.Currency.Step), a charge of its own rounds it.
//
// It guarantees: no line and no total is negative; the total is the sum of its lines, and what the offers and taxes of
// the lines add up to is what the quote says of them; a cart costs the same whatever the order of its pieces and codes.
//
// Conditions are CEL (https://cel.dev), checked for their types when they are compiled and bounded in cost when they run.
// One that fails for a cart leaves its offer out of that cart, and the observer is called.
package pricing
