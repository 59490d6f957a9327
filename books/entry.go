package books

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"acme.example/webshop/money"
)

// Entry is an entry of the journal.
type Entry struct {
	Number  int64     `json:"number"` // from 1, without gaps
	Day     Day       `json:"day"`    // on which it is booked, in the zone of the company
	Dated   Day       `json:"dated"`  // of the document; before Day if its period was closed
	TaxDay  Day       `json:"taxDay,omitempty"`
	Order   int64     `json:"order,omitempty"` // 0: of none
	Kinds   []string  `json:"kinds,omitempty"` // the entries of the order's ledger that it enters
	Text    string    `json:"text,omitempty"`
	Paper   string    `json:"document,omitempty"` // number of the document that it is made of
	Author  string    `json:"author,omitempty"`   // "": the shop itself
	Key     string    `json:"key,omitempty"`      // of what a person entered: it is entered once
	Reason  string    `json:"reason,omitempty"`
	Undoes  int64     `json:"reverses,omitempty"` // number of the entry that it takes back
	Money   string    `json:"currency"`
	Company string    `json:"companyCurrency"`  // what the company counts in
	Rate    string    `json:"rate,omitempty"`   // of how many of Money there are to one of the company's currency; "" in that itself
	Source  string    `json:"source,omitempty"` // of the rate
	Lines   []Line    `json:"lines"`
	Opened  bool      `json:"opened,omitempty"` // whether the order was there before the books began
	Entered time.Time `json:"entered"`
	Before  string    `json:"before"` // the hash of the entry before; "" of the first one
	Hash    string    `json:"-"`
}

// Line is what an entry does to an account. Amounts are minor units, debits positive.
type Line struct {
	Account Account `json:"account"`
	Amount  int64   `json:"amount"`         // in the currency of the entry
	Own     int64   `json:"own"`            // in the company's currency
	Base    int64   `json:"base,omitempty"` // of a tax: what it is computed of, in the currency of the entry; credits positive
}

// Currency is the currency of the entry.
func (e Entry) Currency() money.Currency { return money.Currency(e.Money) }

// Check returns an error unless the entry has two lines or more that come to zero in both currencies.
func (e Entry) Check() error {
	var sum, own int64
	for _, l := range e.Lines {
		sum, own = sum+l.Amount, own+l.Own
	}
	switch {
	case len(e.Lines) < 2:
		return fmt.Errorf("entry %d has %d lines; it must have two or more", e.Number, len(e.Lines))
	case sum != 0 || own != 0:
		return fmt.Errorf("entry %d does not balance: %d %s, %d in the company's currency", e.Number, sum, e.Money, own)
	}
	return nil
}

// Seal gives the entry its number and its hash, after another one; the zero Entry comes before the first.
func (e *Entry) Seal(before Entry) (data string, err error) {
	e.Number, e.Before = before.Number+1, before.Hash
	if err := e.Check(); err != nil {
		return "", err
	}
	text, err := json.Marshal(e)
	e.Hash = hash(text)
	return string(text), err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Read reads a stored entry.
func Read(data, hash string) (e Entry, err error) {
	err = json.Unmarshal([]byte(data), &e)
	e.Hash = hash
	return e, err
}

// Verify returns what is wrong with a stored entry, given the one before it; "" if it is as it was entered.
func Verify(before Entry, data, stored string) (e Entry, wrong string) {
	e, err := Read(data, stored)
	switch {
	case err != nil:
		wrong = "cannot be read: " + err.Error()
	case e.Number != before.Number+1:
		wrong = fmt.Sprintf("follows number %d", before.Number)
	case hash([]byte(data)) != stored:
		wrong = "is not as it was entered: its hash is another"
	case e.Before != before.Hash:
		wrong = fmt.Sprintf("does not follow entry %d as that is now", before.Number)
	default:
		if err := e.Check(); err != nil {
			wrong = err.Error()
		}
	}
	return e, wrong
}
