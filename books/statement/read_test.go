package statement

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// told is a receipt as a line of text. An ID made of the content is shown as sha256.
func told(r Receipt) string {
	id := r.ID
	if strings.HasPrefix(id, "sha256:") {
		id = "sha256"
	}
	return strings.Join([]string{id, r.Account, day(r.BookingDate), r.Amount.String(), r.Reference, r.Counterparty}, "|")
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestStatementsAreRead(t *testing.T) {
	for name, want := range map[string][]string{
		"camt.053.001.02.xml": {
			"DE02120300000000202051 2026113012345600000|DE02120300000000202051|2026-11-30|EUR 400.00|Rechnung DE-2026-0001 23 erster Teil|Gärtnerei Müller & Söhne KG",
			"sha256|DE02120300000000202051|2026-11-30|EUR -9.90|Entgelt Kontoführung|",
			"DE02120300000000202051 0352C5320261130 4|DE02120300000000202051|2026-11-30|EUR 200.00|de2026000123 Rest|Gärtnerei Müller & Söhne KG",
			"DE02120300000000202051 0352C5320261130 4/2|DE02120300000000202051|2026-11-30|EUR 150.00|DE-2026-000124|Café Özgür",
		},
		"camt.053.001.08.xml": {
			"002180401266283495 SPEI-998877|002180401266283495|2026-11-30|MXN 12500.50|MX-2026-000007|Jardinería Peña, S.A. de C.V.",
			"002180401266283495 2026-11-30/MXN 0002|002180401266283495|2026-11-30|MXN -300.00|devolución|Ana Núñez",
		},
		"german.csv": {
			"sha256||2026-11-30|EUR 1234.50|Rechnung DE-2026-000123; Teil 1|Gärtnerei Müller",
			"sha256||2026-12-01|EUR -0.05|Zinsen, €|Bank",
		},
		"american.csv": {
			"021000021-1234567 T1|021000021-1234567|2026-11-30|USD 1500.00|US-2026-000001|Dunder Mifflin, Inc.",
			"021000021-1234567 T2|021000021-1234567|2026-11-30|USD 0.10|invoice \"US 2026 000002\"|Vance Refrigeration",
		},
	} {
		receipts, err := Read(bytes.NewReader(file(t, name)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []string
		for _, r := range receipts {
			got = append(got, told(r))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestTheSameEntryHasTheSameID: in a file of two days as in one of a day; two equal payments stay two.
func TestTheSameEntryHasTheSameID(t *testing.T) {
	const head, fee = "date,amount,currency,reference,name\n", "2026-11-30,5,EUR,coffee,Ann\n"
	one, err := Read(strings.NewReader(head + fee + fee))
	if err != nil {
		t.Fatal(err)
	}
	two, err := Read(strings.NewReader(head + "2026-11-29,7,EUR,tea,Ben\n" + fee + fee))
	if err != nil {
		t.Fatal(err)
	}
	if one[0].ID == one[1].ID || one[0].ID != two[1].ID || one[1].ID != two[2].ID {
		t.Errorf("%v, %v", one, two)
	}
}

const camtHead = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>DE1</IBAN></Id></Acct>` + "\n"

// oneEntry is a statement whose entry is good until something is replaced in it.
func oneEntry(old, replaced string) string {
	entry := `<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><AcctSvcrRef>R</AcctSvcrRef></Ntry>`
	return strings.Replace(camtHead+entry+"</Stmt></BkToCstmrStmt></Document>", old, replaced, 1)
}

func TestFaultsNameTheirPlace(t *testing.T) {
	const head = "date,amount,currency,reference,name\n"
	for text, want := range map[string]string{
		oneEntry("1.00", "1.001"):       "entry 1 (line 2).Amt: EUR has 2 decimals",
		oneEntry("1.00", "-1.00"):       "entry 1 (line 2).Amt: must not have a sign",
		oneEntry("1.00", "1,00"):        "entry 1 (line 2).Amt: must be a number",
		oneEntry("EUR", "XXX"):          "entry 1 (line 2).Amt: must be one of [CAD",
		oneEntry("CRDT", "CREDIT"):      "entry 1 (line 2).CdtDbtInd: must be CRDT or DBIT",
		oneEntry("BOOK", "book"):        "entry 1 (line 2).Sts: must be BOOK",
		oneEntry("2026-11-30", "30.11"): "entry 1 (line 2).BookgDt: must be a day",
		oneEntry("DE1", ""):             "entry 1 (line 2).Acct.Id: the statement does not name its account",
		oneEntry("</Ntry>", ""):         "line 2: XML syntax error",
		oneEntry("<Document", "<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Document"): "line 1: a document type declaration is not allowed",
		oneEntry("001.02", "001.03"):                         "line 1: this is not CAMT.053",
		oneEntry("<AcctSvcrRef>R", "<AcctSvcrRef>&secret;"):  "line 2: XML syntax error on line 2: invalid character entity &secret;",
		`<?xml version="1.0" encoding="UTF-16"?>` + camtHead: "UTF-8 or ISO-8859-1",
		"<html></html>": "line 1: this is not CAMT.053",
		`<Document xmlns="` + camtVersions[1] + `"></Document>`: "the file has no statement",
		"":                                      "header.date: this column is missing",
		"date,amount,currency\n":                "header.reference: this column is missing; the first line must name it; header.name:",
		"date,Date,amount":                      "header.date: is there twice",
		head + "2026-02-30,1,EUR,,\n":           "line 2.date: must be a day",
		head + "2026-02-03,1,EUR,,\n\n,x,EUR,,": "line 4.date: must be a day such as 2026-12-31 or 31.12.2026; line 4.amount: must be a number",
		head + "2026-02-03,1,XXX,,\n":           "line 2.currency: must be one of",
		head + "2026-02-03,1,EUR\n":             "line 2: wrong number of fields",
		head + "2026-02-03,\"1,EUR,,\n":         "line 2: extraneous or missing",
		"id," + head + "A,2026-02-03,1,EUR,,\nA,2026-02-03,2,EUR,,\n": `line 3.id: "A" names two entries that differ: EUR 1.00 and EUR 2.00`,
	} {
		receipts, err := Read(strings.NewReader(text))
		if err == nil || receipts != nil || !strings.Contains(err.Error(), want) || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.200s\n gave %v, %v\n want %s", text, receipts, err, want)
		}
	}
	if _, err := Read(strings.NewReader(oneEntry("", ""))); err != nil {
		t.Errorf("the entry that the others were made of: %v", err)
	}
}

func TestAFileHasABound(t *testing.T) {
	for _, text := range []string{
		strings.Repeat(" ", MaxSize+1),
		"date,amount,currency,reference,name\n" + strings.Repeat("2026-11-30,1,EUR,,\n", MaxReceipts+1),
	} {
		if _, err := Read(strings.NewReader(text)); fault.CodeOf(err) != fault.TooLarge {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
	many := strings.Repeat("<TxDtls/>", MaxReceipts+1)
	if _, err := Read(strings.NewReader(oneEntry("</Ntry>", "<NtryDtls>"+many+"</NtryDtls></Ntry>"))); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
}

// TestABatchThatDoesNotAddUpIsOne: the bank took its charge of it, so what each payer paid is not known.
func TestABatchThatDoesNotAddUpIsOne(t *testing.T) {
	batch := `<NtryDtls><TxDtls><Amt Ccy="EUR">0.60</Amt><RmtInf><Ustrd>a</Ustrd></RmtInf></TxDtls><TxDtls><Amt Ccy="EUR">%s</Amt><RmtInf><Ustrd>b</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
	for second, want := range map[string]string{"0.40": "[EUR 0.60 a EUR 0.40 b]", "0.50": "[EUR 1.00 a b]", "x": "[EUR 1.00 a b]"} {
		receipts, err := Read(strings.NewReader(oneEntry("</Ntry>", fmt.Sprintf(batch, second))))
		var got []string
		for _, r := range receipts {
			got = append(got, r.Amount.String(), r.Reference)
		}
		if fmt.Sprint(got) != want || err != nil {
			t.Errorf("%s: %v, %v; want %s", second, got, err, want)
		}
	}
}

func TestAmountsAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		text     string
		currency money.Currency
		want     int64 // -1: refused
	}{
		{"1234.50", "EUR", 123450}, {"1234,5", "EUR", 123450}, {"1.234,50", "EUR", 123450}, {"1,234.50", "USD", 123450},
		{"1 234,50", "EUR", 123450}, {"1.234.567", "EUR", 123456700}, {"+7", "EUR", 700}, {"1,234", "JPY", 1234},
		{"1.234,00", "JPY", 1234}, {"0,01", "EUR", 1}, {"12.5000", "EUR", 1250}, {"1.234.567,89", "EUR", 123456789},
		{"1.234", "EUR", -1}, {"1,234", "USD", -1}, {"1.23.456", "EUR", -1}, {"1,2345", "EUR", -1}, {"1.5", "JPY", -1},
		{"12 34", "EUR", -1}, {"1.", "EUR", -1}, {",5", "EUR", -1}, {"", "EUR", -1}, {"1e3", "EUR", -1}, {"--1", "EUR", -1},
		{"1.234,567.890", "EUR", -1}, {"99999999999999999999", "EUR", -1}, {"1'234.50", "EUR", -1}, {"٣", "EUR", -1},
	} {
		got, err := writtenAmount(c.text, c.currency)
		if (err != nil) != (c.want < 0) || err == nil && got != (money.Amount{Minor: c.want, Currency: c.currency}) {
			t.Errorf("%q %s: %v, %v; want %d", c.text, c.currency, got, err, c.want)
		}
	}
	if got, err := writtenAmount("-1.234,50", "EUR"); err != nil || got.Minor != -123450 {
		t.Error(got, err)
	}
}
