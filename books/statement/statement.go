// Package statement reads what a bank says came into an account and went out of it, and finds the invoices that were
// paid.
//
// It guarantees: amounts are exact or an error; a file is read whole or refused, with the entry and field of each fault;
// the same entry has the same ID in every file that has it, so that it can be booked once; an amount is matched to an
// invoice only if its number is in the reference and no more is paid than is open. All else is left for a person, with
// the reason.
package statement

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

const (
	// MaxSize bounds a file, in bytes.
	MaxSize = 10 << 20
	// MaxReceipts bounds how many receipts a file may have, so that what is read of it fits into memory.
	MaxReceipts = 50_000
	// maxFaults bounds how many faults of a file are told.
	maxFaults = 20
)

// Receipt is one movement of money in an account.
type Receipt struct {
	// ID names the movement, the same in each file. Two movements never share one.
	ID string
	// Account is the IBAN, or what else the bank calls the account; "" if the file does not say.
	Account string
	// BookingDate is the day on which the bank booked it, at midnight UTC.
	BookingDate time.Time
	// Amount is negative for money that went out.
	Amount money.Amount
	// Reference is what the payer wrote, with single spaces.
	Reference string
	// Counterparty is who paid, or was paid.
	Counterparty string
}

// Read reads a statement in the form that its first character shows: CAMT.053 (see ReadCAMT) or CSV (see ReadCSV).
func Read(r io.Reader) ([]Receipt, error) {
	text, err := whole(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("<")) {
		return readCAMT(text)
	}
	return readCSV(text)
}

// result is all receipts, or none if a fault was found.
func (n *named) result() ([]Receipt, error) {
	switch err := n.faults.err(); {
	case err != nil:
		return nil, err
	case len(n.receipts) > MaxReceipts:
		return nil, fault.New(fault.TooLarge, "a bank statement has at most %d entries; ask the bank for one of fewer days", MaxReceipts)
	}
	return n.receipts, nil
}

// whole reads the file without its byte order mark. TooLarge if it has more than MaxSize bytes.
func whole(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the statement: %w", err)
	}
	if len(text) > MaxSize {
		return nil, fault.New(fault.TooLarge, "a bank statement has at most %d MB; ask the bank for one of fewer days", MaxSize>>20)
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), nil
}

// faults gathers what is wrong with a file.
type faults []fault.Field

func (f *faults) add(field string, err error) {
	if len(*f) < maxFaults {
		*f = append(*f, fault.Field{Name: field, Detail: err.Error()})
	}
}

// err is Invalid with the fields, or nil.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &fault.Error{Code: fault.Invalid, Message: "the bank statement cannot be read; nothing of it was taken", Fields: f}
}

// oneLine is a text without control characters, with single spaces.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// short is the beginning of a text of the file, for an error.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
