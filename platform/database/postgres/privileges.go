package postgres

// The privileges of a service on a table.
const (
	reads   = "SELECT"
	adds    = "SELECT, INSERT"
	marks   = "SELECT, UPDATE" // or locks rows, which takes the same privilege
	keeps   = "SELECT, INSERT, UPDATE"
	forgets = "SELECT, INSERT, DELETE"
	owns    = "SELECT, INSERT, UPDATE, DELETE"
)

// everyone is what each service needs: its registration as a running process, and the rules.
var everyone = map[string]string{
	versions: reads, "leases": owns, "probes": "INSERT", "rules": reads, "rules_activations": reads, "rules_readers": owns,
}

// privileges is the one table of each service's other privileges. The database service has all that the shop needs.
var privileges = map[string]map[string]string{
	"order": {
		"orders": owns, "order_numbers": "USAGE", "installation": keeps, "claims": owns, "code_uses": forgets, "stock": keeps, "tallies": forgets, "asked": owns,
		"search": forgets, "progress": reads, "complaint_photos": adds,
		"slots":   keeps, // an order whose delivery is booked leaves its slot when it is cancelled
		"journal": adds, "receipts": keeps, "ledger": adds, "archive": reads,
		"unbooked":  "INSERT", // by the ledger's trigger
		"handovers": keeps, "book_documents": reads,
	},
	"fraud":    {"orders": marks, "journal": adds, "receipts": keeps, "archive": reads, "asked": keeps},
	"approval": {"orders": marks, "journal": adds, "receipts": keeps, "archive": reads},
	"delivery": {"orders": marks, "journal": adds, "receipts": keeps, "archive": reads, "slots": keeps, "tallies": forgets},
	"stock": { // it cancels orders whose plants cannot be had
		"orders": marks, "journal": adds, "receipts": keeps, "archive": reads, "asked": keeps, "ledger": adds, "unbooked": "INSERT", "code_uses": forgets, "tallies": forgets, "stock": marks,
	},
	"finance": {
		"orders": marks, "journal": reads, "receipts": marks, "archive": reads, "ledger": adds, "unbooked": "INSERT",
		"book_entries": reads, "book_periods": reads, "book_documents": reads, "progress": keeps, // to tell the bookkeeping system
	},
	"email": {
		"orders": marks, "journal": reads, "receipts": marks, "archive": reads,
		"book_documents": reads, "ledger": reads, "progress": keeps, // to mail documents
	},
	"database": nil, // allowedToShop
}
