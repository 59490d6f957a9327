package harness

import (
	"fmt"
	"io"
)

// Findings are a Witness's counts and findings.
type Findings struct {
	Judged       bool  `json:"judged"` // false: the run ended early, and the rest means nothing
	Orders       int   `json:"orders"` // that customers wanted
	Acknowledged int   `json:"acknowledged"`
	Declined     int   `json:"declined"`     // payments
	Unanswered   int64 `json:"unanswered"`   // requests without a clear answer, which were repeated
	ServerErrors int64 `json:"serverErrors"` // answers 500
	Mails        int   `json:"mails"`

	Lost          int `json:"lost"`          // acknowledged, and missing
	Doubled       int `json:"doubled"`       // ordered once, stored more than once
	ChargedTwice  int `json:"chargedTwice"`  //
	Unbooked      int `json:"unbooked"`      // money on which orders, providers, books and ledger disagree
	MailsMissing  int `json:"mailsMissing"`  //
	MailsDoubled  int `json:"mailsDoubled"`  // sent twice under different Message-IDs, or without a reason
	MailsRepeated int `json:"mailsRepeated"` // the same Message-ID again, which receivers treat as one; no fault
	Unclear       int `json:"unclear"`       // customers who never got a clear answer
	Unfinished    int `json:"unfinished"`    // orders with something pending
	Wrong         int `json:"wrong"`         // anything else
	Audited       int `json:"audited"`       // checks by the auditor
	AuditBroken   int `json:"auditBroken"`   // failed checks
	Replayed      int `json:"replayed"`      // dead letters that had to be replayed

	Problems []string `json:"problems,omitempty"`

	all map[int64]*stored
}

// Text writes the findings as lines of a table with columns separated by tabs.
func (f *Findings) Text(to io.Writer) {
	fmt.Fprintf(to, "orders\t%d\t%d acknowledged, %d declined, %d requests sent again, %d answers 500\n",
		f.Orders, f.Acknowledged, f.Declined, f.Unanswered, f.ServerErrors)
	fmt.Fprintf(to, "lost\t%d\tacknowledged, and not there\n", f.Lost)
	fmt.Fprintf(to, "doubled\t%d\tordered once, there more than once\n", f.Doubled)
	fmt.Fprintf(to, "charged twice\t%d\t\n", f.ChargedTwice)
	fmt.Fprintf(to, "unbooked money\t%d\torders, providers, books and ledger do not agree\n", f.Unbooked)
	fmt.Fprintf(to, "mails\t%d\t%d missing, %d doubled; %d came again under their own Message-ID\n", f.Mails, f.MailsMissing, f.MailsDoubled, f.MailsRepeated)
	fmt.Fprintf(to, "else\t%d\t%d without a clear answer, %d not at rest, %d wrong\n", f.Unclear+f.Unfinished+f.Wrong, f.Unclear, f.Unfinished, f.Wrong)
	fmt.Fprintf(to, "audit\t%d\tbroken, of %d questions\n", f.AuditBroken, f.Audited)
}
