package statement

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/money"
)

// entry is the element Ntry, of both versions.
type entry struct {
	Reference   string     `xml:"NtryRef"`
	Amount      amount     `xml:"Amt"`
	Direction   string     `xml:"CdtDbtInd"`
	Status      status     `xml:"Sts"`
	Date        date       `xml:"BookgDt"`
	BankRef     string     `xml:"AcctSvcrRef"`
	Details     detailList `xml:"NtryDtls>TxDtls"`
	Information string     `xml:"AddtlNtryInf"`
}

type amount struct {
	Text     string `xml:",chardata"`
	Currency string `xml:"Ccy,attr"`
}

// status is BOOK, in version 08 within Cd.
type status struct {
	Text string `xml:",chardata"`
	Code string `xml:"Cd"`
}

type date struct {
	Day  string `xml:"Dt"`
	Time string `xml:"DtTm"`
}

// details is one payment of an entry. The party's name is within Pty in version 08.
type details struct {
	EndToEnd    string   `xml:"Refs>EndToEndId"`
	Amount      amount   `xml:"Amt"`
	Transaction amount   `xml:"AmtDtls>TxAmt>Amt"`
	Direction   string   `xml:"CdtDbtInd"`
	Debtor      party    `xml:"RltdPties>Dbtr"`
	Creditor    party    `xml:"RltdPties>Cdtr"`
	Free        []string `xml:"RmtInf>Ustrd"`
	Structured  []string `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	Documents   []string `xml:"RmtInf>Strd>RfrdDocInf>Nb"`
	Additional  string   `xml:"AddtlTxInf"`
}

// detailList holds at most MaxReceipts.
type detailList []details

// UnmarshalXML adds one of them.
func (l *detailList) UnmarshalXML(in *xml.Decoder, start xml.StartElement) error {
	if len(*l) >= MaxReceipts {
		return fmt.Errorf("an entry has at most %d payments", MaxReceipts)
	}
	var d details
	if err := in.DecodeElement(&d, &start); err != nil {
		return err
	}
	*l = append(*l, d)
	return nil
}

type party struct {
	Name  string `xml:"Nm"`
	Inner string `xml:"Pty>Nm"`
}

// The values that an entry's direction and status may have.
const (
	credit = "CRDT"
	debit  = "DBIT"
)

// statuses says which statuses mean that the money has moved.
var statuses = map[string]bool{"BOOK": true, "PDNG": false, "INFO": false, "FUTR": false}

// booked tells whether the money has moved.
func (e entry) booked() (bool, error) {
	booked, known := statuses[oneLine(e.Status.Text+e.Status.Code)]
	if !known {
		return false, errors.New("must be BOOK, PDNG, INFO or FUTR")
	}
	return booked, nil
}

// day is the day that the bank wrote, whatever the zone of its time.
func (d date) day() (time.Time, error) {
	text := strings.TrimSpace(d.Day)
	if text == "" {
		text, _, _ = strings.Cut(strings.TrimSpace(d.Time), "T")
	}
	if t, err := time.Parse(isoDay, text[:min(len(text), len(isoDay))]); err == nil && t.Year() > 0 {
		return t, nil
	}
	return time.Time{}, errors.New("must be a day such as 2026-12-31")
}

// signed is the entry's amount, negative if the money went out, or the field that is wrong. A reversal
// (RvslInd) needs nothing: its direction is that of its own money.
func (e entry) signed() (money.Amount, string, error) {
	a, err := e.Amount.read()
	switch {
	case err != nil:
		return a, "Amt", err
	case e.Direction != credit && e.Direction != debit:
		return a, "CdtDbtInd", errors.New("must be CRDT or DBIT")
	}
	return directed(a, e.Direction), "", nil
}

func (a amount) read() (money.Amount, error) {
	text := strings.TrimSpace(a.Text)
	if strings.ContainsAny(text, "+-") {
		return money.Amount{}, errors.New("must not have a sign")
	}
	return exactAmount(text, money.Currency(a.Currency))
}

func directed(a money.Amount, direction string) money.Amount {
	if direction == debit {
		a.Minor = -a.Minor
	}
	return a
}

// id names the entry among all of the account: by the bank's reference, or by the statement's and the entry's; "" if it has
// neither.
func (e entry) id(account, statement string) string {
	if id := within(account, oneLine(e.BankRef)); id != "" {
		return id
	}
	if ref := oneLine(e.Reference); statement != "" {
		return within(account+" "+statement, ref)
	}
	return ""
}

// payments are those of the entry: one for each of its details if their amounts add up to the entry's, else one.
func (e entry) payments(total money.Amount) []payment {
	if len(e.Details) < 2 {
		return []payment{e.payment(total, e.Details)}
	}
	payments, sum := make([]payment, 0, len(e.Details)), money.Amount{Currency: total.Currency}
	for i, d := range e.Details {
		a, err := d.amount(e.Direction)
		if err == nil {
			sum, err = sum.Add(a)
		}
		if err != nil {
			return []payment{e.payment(total, e.Details)}
		}
		payments = append(payments, e.payment(a, e.Details[i:i+1]))
	}
	if sum != total {
		return []payment{e.payment(total, e.Details)}
	}
	return payments
}

// amount is that of one payment of an entry.
func (d details) amount(direction string) (money.Amount, error) {
	from := d.Amount
	if from.Text == "" {
		from = d.Transaction
	}
	a, err := from.read()
	if d.Direction != "" {
		direction = d.Direction
	}
	return directed(a, direction), err
}

// payment is one of an amount, and of what the details say.
func (e entry) payment(total money.Amount, of []details) payment {
	var references, names []string
	for _, d := range of {
		references = append(references, d.reference())
		names = append(names, d.party(total.Minor < 0))
	}
	reference := oneLine(strings.Join(references, " "))
	if reference == "" {
		reference = oneLine(e.Information)
	}
	return payment{total, reference, oneLine(strings.Join(names, " "))}
}

// reference is what the payer wrote. Free text may be cut into lines anywhere: Match reads a number across a space.
func (d details) reference() string {
	structured := append(append([]string{}, d.Structured...), d.Documents...)
	text := oneLine(strings.Join(d.Free, " ") + " " + strings.Join(structured, " "))
	if end := oneLine(d.EndToEnd); end != "" && !noReference[strings.ToUpper(end)] && !strings.Contains(text, end) {
		text = oneLine(text + " " + end)
	}
	if text == "" {
		return oneLine(d.Additional)
	}
	return text
}

// party is the other side: who was paid if the money went out, else who paid.
func (d details) party(out bool) string {
	p := d.Debtor
	if out {
		p = d.Creditor
	}
	return p.Name + p.Inner
}
