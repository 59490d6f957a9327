package postgres

// LedgerFaultsQuery is what LedgerFaults asks.
const LedgerFaultsQuery = ledgerFaults
