package books

import "strings"

// Account is an account of the books. Debits are positive, credits negative.
type Account string

// The accounts that each shop has.
const (
	Receivable  Account = "receivable"  // invoices that customers owe
	Deposits    Account = "deposits"    // what customers paid before they got their plants, and what is to be given back
	Billed      Account = "billed"      // invoices for what is not handed over yet
	Discounts   Account = "discounts"   // what offers took off, without taxes
	Refunds     Account = "refunds"     // revenue that was taken back, without taxes
	Chargebacks Account = "chargebacks" // what customers' banks took back
	Bank        Account = "bank"
	Fees        Account = "fees" // of payment providers
	WriteOffs   Account = "write-offs"
	Rounding    Account = "rounding"
	Exchange    Account = "exchange-differences"
	Opening     Account = "opening" // what was earned before the books began
)

const (
	revenue  = "revenue:"
	clearing = "clearing:"
	taxes    = "tax:"
)

// OtherClass is the class of revenue from orders that keep no lines.
const OtherClass = "other"

// Revenue is the account of what a market earned with the products of a tax class.
func Revenue(market, class string) Account {
	if class == "" {
		class = OtherClass
	}
	return Account(revenue + market + ":" + class)
}

// Clearing is the account of what a payment provider has collected and not paid out.
func Clearing(provider string) Account { return Account(clearing + provider) }

// TaxAccount is the account of what is owed to an authority of a market at a rate. A treatment other than a rate has an account of its
// own, without money: its base is reported.
func TaxAccount(market string, t Tax) Account {
	name := taxes + market + ":" + t.Name
	if t.Rate != "" {
		name += "@" + t.Rate
	}
	if t.Treatment != "" && t.Treatment != "rate" {
		name += ":" + t.Treatment
	}
	return Account(name)
}

// IsTax reports whether an account is that of a tax.
func (a Account) IsTax() bool { return strings.HasPrefix(string(a), taxes) }

// TaxOf returns what the account of a tax is about.
func (a Account) TaxOf() (market string, t Tax) {
	market, name, _ := strings.Cut(strings.TrimPrefix(string(a), taxes), ":")
	name, t.Treatment, _ = strings.Cut(name, ":")
	t.Name, t.Rate, _ = strings.Cut(name, "@")
	if t.Treatment == "" {
		t.Treatment = "rate"
	}
	return market, t
}

// carried reports whether the account keeps the exchange rate of what came into it until that leaves it.
func (a Account) carried() bool { return a == Receivable || a == Deposits || a == Billed }

// money reports whether the account holds money, at a provider or a bank.
func (a Account) money() bool { return a == Bank || strings.HasPrefix(string(a), clearing) }

// result reports whether the account is of what is earned and spent, and not of what is owned and owed.
func (a Account) result() bool {
	switch a {
	case Discounts, Refunds, Chargebacks, Fees, WriteOffs, Rounding, Exchange:
		return true
	}
	return strings.HasPrefix(string(a), revenue)
}

// ofLedger is the account that an account of the ledger is in the books, of a market's order.
func ofLedger(account, market string) Account {
	switch name, rest, _ := strings.Cut(account, ":"); name {
	case "revenue":
		return Revenue(market, "")
	case "cash":
		if rest == string(Bank) {
			return Bank
		}
		return Clearing(rest)
	case "tax":
		return Account(strings.ReplaceAll(account, ",", "."))
	}
	return Account(account)
}
