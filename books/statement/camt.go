package statement

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"acme.example/webshop/money"
)

// camtVersions are the namespaces of CAMT.053 that are read.
var camtVersions = []string{
	"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",
	"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
}

// ReadCAMT reads statements from CAMT.053 (ISO 20022, camt.053.001.02 and .08, in UTF-8 or ISO-8859-1). Entries that the bank has not
// booked yet are left out. An entry of several payments gives a receipt for each if their amounts add up to the entry's,
// else one. A document type declaration, and with it any entity of its own, is refused.
func ReadCAMT(r io.Reader) ([]Receipt, error) {
	text, err := whole(r)
	if err != nil {
		return nil, err
	}
	return readCAMT(text)
}

func readCAMT(text []byte) ([]Receipt, error) {
	var wrong faults
	c := &camt{in: xml.NewDecoder(bytes.NewReader(text)), wrong: &wrong, all: newNamed(&wrong)}
	c.in.CharsetReader = decoded
	if err := c.read(); err != nil {
		line, _ := c.in.InputPos()
		return nil, faults{{Name: fmt.Sprintf("line %d", line), Detail: err.Error()}}.err()
	}
	return c.all.result()
}

// decoded reads text in the other encodings in which banks write.
func decoded(encoding string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(encoding) {
	case "iso-8859-1", "windows-1252", "us-ascii":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, errors.New("the file must be in UTF-8 or ISO-8859-1")
}

// camt reads one file.
type camt struct {
	in      *xml.Decoder
	wrong   *faults
	all     *named
	space   string // the namespace of the document
	account account
	id      string // of the statement
	entries int
}

// account is the element Acct.
type account struct {
	IBAN  string `xml:"Id>IBAN"`
	Other string `xml:"Id>Othr>Id"`
}

func (a account) name() string { return oneLine(a.IBAN + a.Other) }

var (
	errDocType = errors.New("a document type declaration is not allowed")
	errNotCAMT = fmt.Errorf("this is not CAMT.053: its namespace must be one of %v", camtVersions)
	errEmpty   = errors.New("the file has no statement (Stmt)")
	errDeep    = errors.New("elements are nested too deep")
)

// maxDepth bounds how deep the elements that lead to the entries are nested.
const maxDepth = 8

// read goes through the elements that lead to the entries: Document, BkToCstmrStmt, Stmt.
func (c *camt) read() error {
	statements, depth := 0, 0
	for {
		token, err := c.in.Token()
		switch {
		case errors.Is(err, io.EOF) && statements == 0:
			return errEmpty
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch element := token.(type) {
		case xml.Directive:
			return errDocType
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if element.Name.Local == "Stmt" {
				statements++
			}
			entered, err := c.start(element, depth)
			if err != nil {
				return err
			}
			depth += entered
		}
		if depth > maxDepth {
			return errDeep
		}
	}
}

// start reads an element whole, or enters it: then it returns 1.
func (c *camt) start(element xml.StartElement, depth int) (entered int, err error) {
	if depth == 0 {
		if c.space = element.Name.Space; element.Name.Local != "Document" || !slices.Contains(camtVersions, c.space) {
			return 0, errNotCAMT
		}
		return 1, nil
	}
	switch element.Name.Local {
	case "BkToCstmrStmt":
		return 1, nil
	case "Stmt":
		c.account, c.id = account{}, ""
		return 1, nil
	case "Id":
		return 0, c.in.DecodeElement(&c.id, &element)
	case "Acct":
		return 0, c.in.DecodeElement(&c.account, &element)
	case "Ntry":
		return 0, c.entry(element)
	}
	return 0, c.in.Skip()
}

// entry reads one entry.
func (c *camt) entry(element xml.StartElement) error {
	line, _ := c.in.InputPos()
	c.entries++
	var e entry
	if err := c.in.DecodeElement(&e, &element); err != nil {
		return err
	}
	place := fmt.Sprintf("entry %d (line %d)", c.entries, line)
	if c.account.name() == "" {
		c.wrong.add(place+".Acct.Id", errors.New("the statement does not name its account"))
		return nil
	}
	if len(c.all.receipts) <= MaxReceipts {
		c.receipts(place, e)
	}
	return nil
}

// receipts adds those of an entry that is booked.
func (c *camt) receipts(place string, e entry) {
	booked, err := e.booked()
	if err != nil {
		c.wrong.add(place+".Sts", err)
	}
	if !booked {
		return
	}
	date, dateErr := e.Date.day()
	if dateErr != nil {
		c.wrong.add(place+".BookgDt", dateErr)
	}
	amount, field, amountErr := e.signed()
	if amountErr != nil {
		c.wrong.add(place+"."+field, amountErr)
	}
	if dateErr != nil || amountErr != nil {
		return
	}
	id := e.id(c.account.name(), oneLine(c.id))
	for i, p := range e.payments(amount) {
		own := id
		if id != "" && i > 0 {
			own = fmt.Sprintf("%s/%d", id, i+1)
		}
		c.all.add(place+".AcctSvcrRef", own, Receipt{
			Account: c.account.name(), BookingDate: date, Amount: p.amount, Reference: p.reference, Counterparty: p.name,
		})
	}
}

type payment struct {
	amount          money.Amount
	reference, name string
}
