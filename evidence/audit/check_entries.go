package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// bookEntry is an entry of the books, as its text has it.
type bookEntry struct {
	Number         int64
	Day, Before    string
	Currency, Text string
	Order          int64
	Lines          []struct {
		Account           string
		Amount, Own, Base int64
	}
}

// moneyIn are the sums of the accounts that hold money, by account and currency, and of all accounts by day.
type moneyIn struct {
	held   map[string]int64 // by provider and currency, of orders
	totals map[string]int64 // by day, account, currency and column
}

// checkEntries reads the books as an accountant's auditor does: each entry balances and follows the one before, the totals are those of the
// entries, documents have no gaps, and providers hold what the ledger says.
func checkEntries(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	sums := moneyIn{map[string]int64{}, map[string]int64{}}
	number, before := int64(0), ""
	err := s.each(ctx, func(scan func(...any) error) error {
		var n, order int64
		var day, data, hash string
		if err := scan(&n, &order, &day, &data, &hash); err != nil {
			return err
		}
		e := readEntry(data, v)
		v.order = order
		number++
		is := hex.EncodeToString(sum256(data))
		v.expect(n == number && e.Number == n, "entries of the books without gaps", "%d after %d", n, number-1)
		v.expect(is == hash && e.Before == before, fmt.Sprintf("entry %d of the books as it was entered", n), "its hash is another")
		v.expect(e.Day == day && e.Order == order, fmt.Sprintf("entry %d where its text says", n), "day %s, order %d", day, order)
		number, before = n, hash
		sums.add(e, v)
		return nil
	}, `SELECT number, order_id, day, data, hash FROM book_entries ORDER BY number`)
	v.order = 0
	if err != nil {
		return err
	}
	if err := sums.expectTotals(ctx, s, v); err != nil {
		return err
	}
	if err := expectDocuments(ctx, s, v); err != nil {
		return err
	}
	if err := expectDocumentOfEach(ctx, s, v); err != nil {
		return err
	}
	return sums.expectLedger(ctx, s, v)
}

func sum256(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func readEntry(data string, v verdict) (e bookEntry) {
	err := json.Unmarshal([]byte(data), &e)
	v.expect(err == nil, "an entry of the books that can be read", "%v", err)
	return e
}

// add adds an entry, which must balance.
func (m moneyIn) add(e bookEntry, v verdict) {
	var amount, own int64
	for _, l := range e.Lines {
		amount, own = amount+l.Amount, own+l.Own
		key := strings.Join([]string{e.Day, l.Account, e.Currency}, " ")
		m.totals[key+" moved"] += l.Amount
		m.totals[key+" own"] += l.Own
		m.totals[key+" base"] += l.Base
		if name, is := strings.CutPrefix(l.Account, "clearing:"); is && (e.Order != 0 || e.Text == "opening") {
			m.held[name+" "+e.Currency] += l.Amount
		}
	}
	v.expect(amount == 0 && own == 0 && len(e.Lines) >= 2, fmt.Sprintf("entry %d of the books in balance", e.Number), "%d, and %d in the company's currency", amount, own)
}

// expectTotals compares the totals of the days.
func (m moneyIn) expectTotals(ctx context.Context, s *snapshot, v verdict) error {
	err := s.each(ctx, func(scan func(...any) error) error {
		var day, account, currency string
		var debit, credit, own, base int64
		if err := scan(&day, &account, &currency, &debit, &credit, &own, &base); err != nil {
			return err
		}
		key := strings.Join([]string{day, account, currency}, " ")
		for column, is := range map[string]int64{" moved": debit - credit, " own": own, " base": base} {
			v.expect(m.totals[key+column] == is, fmt.Sprintf("a total of %d in the books: %s%s", m.totals[key+column], key, column), "%d", is)
			delete(m.totals, key+column)
		}
		return nil
	}, `SELECT day, account, currency, debit, credit, own, base FROM book_totals`)
	for key, sum := range m.totals {
		v.expect(sum == 0, fmt.Sprintf("a total of %d in the books: %s", sum, key), "none")
	}
	return err
}

// expectDocuments expects the numbers of each series from 1, without gaps.
func expectDocuments(ctx context.Context, s *snapshot, v verdict) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var series string
		var n, first, last int64
		if err := scan(&series, &n, &first, &last); err != nil {
			return err
		}
		v.expect(first == 1 && last == n, "documents "+series+" without gaps", "%d from %d to %d", n, first, last)
		return nil
	}, `SELECT series, count(*), min(number), max(number) FROM book_documents GROUP BY series`)
}

// expectDocumentOfEach expects a document of each sale and of each part of one that was taken back, of what the books have entered. Orders from
// before the books have none of their sale.
func expectDocumentOfEach(ctx context.Context, s *snapshot, v verdict) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var kind string
		if err := scan(&v.order, &kind); err != nil {
			return err
		}
		v.expect(false, "a document of the "+kind, "none")
		return nil
	}, `SELECT l.order_id, l.kind FROM ledger l WHERE NOT l.test AND (l.kind = 'sale' OR l.kind = 'reversal' OR l.kind LIKE 'reversal.%') AND l.kind NOT LIKE '%/%'
		AND NOT EXISTS (SELECT 1 FROM unbooked u WHERE u.order_id = l.order_id AND u.kind = l.kind)
		AND NOT EXISTS (SELECT 1 FROM book_documents d WHERE d.order_id = l.order_id AND d.about = l.kind)
		AND EXISTS (SELECT 1 FROM book_entries e WHERE e.order_id = l.order_id)
		AND NOT EXISTS (SELECT 1 FROM book_entries e WHERE e.order_id = l.order_id AND e.data LIKE '%"opened":true%')`)
}

// expectLedger compares what providers hold by the books with the ledger, but of what waits to be entered.
func (m moneyIn) expectLedger(ctx context.Context, s *snapshot, v verdict) error {
	entered, err := s.number(ctx, `SELECT count(*) FROM book_entries`)
	if err != nil || entered == 0 {
		return err
	}
	const real = ` FROM ledger l WHERE NOT test AND NOT EXISTS (SELECT 1 FROM unbooked u WHERE u.order_id = l.order_id AND u.kind = l.kind)`
	err = s.each(ctx, func(scan func(...any) error) error {
		var account, currency string
		var amount int64
		if err := scan(&account, &currency, &amount); err != nil {
			return err
		}
		key := strings.TrimPrefix(account, "cash:") + " " + currency
		v.expect(m.held[key] == amount, fmt.Sprintf("%d held by %s, by the ledger", amount, key), "%d in the books", m.held[key])
		delete(m.held, key)
		return nil
	}, `SELECT account, currency, CAST(sum(amount) AS bigint) FROM (SELECT debit AS account, currency, amount`+real+` UNION ALL SELECT credit, currency, -amount`+real+`) moved
		WHERE account LIKE 'cash:%' AND account <> 'cash:bank' GROUP BY account, currency`)
	for key, sum := range m.held {
		v.expect(sum == 0, "nothing held by "+key+", by the ledger", "%d in the books", sum)
	}
	return err
}
