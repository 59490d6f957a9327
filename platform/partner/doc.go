// Package partner connects the shop to its partners: two payment providers, the fraud check, the stockist, the delivery company and
// the bookkeeping system. Each adapter implements the small interface of the service that needs it, over one bounded HTTP client;
// package simulator is the other side.
//
// The protocol, JSON in and out, is the same for every partner. A POST carries an Idempotency-Key, and answers the record that it
// made: its reference, its status and the request. A refusal is a problem document (RFC 9457): 402 declined, 404 not found, 422
// refused (of the type /problems/refused when it understood and does not do it; of /problems/key-reused when it has another request
// under the key), 400 not understood. A 409 means the same with one of these types; with any other, the first request with the key
// is still in work, and the shop asks again.
//
//	payments  POST /charges       orderId amount currency …      200 succeeded, 202 action-required, 402 declined
//	          GET  /charges/{key}                                200 with the status, 404
//	          POST /refunds       chargeKey amount currency      200 succeeded, 404, 422 more than was charged
//	screening POST /checks        orderId amount currency …      200 passed or refused, 202 later
//	stockist  POST /refills       orderId skus callbackUrl       200 ready, 202 later
//	carrier   POST /consignments  orderId time market name …     200 booked
//	books     POST /entries       orderId kind amount currency   200 booked
//	          POST /journal       documents entries              200 booked, 422 another one under a number
//
// The bookkeeping system is told all that is in the books (books.Report): documents with their lines and taxes, each sale's before those
// of what is taken back of it, and the entries of the journal by number. What comes again under its number it has already.
//
// Amounts are in minor units of their ISO 4217 currency. A stockist that answered "later" calls back when the plants are there, or
// cannot be had: POST callbackUrl {"type":"stock.created","timestamp":…,"data":{"orderId":…}}, or stock.refused, signed (Webhook); a
// fraud check likewise, with check.passed or check.refused.
//
// A charge that the customer pays on the provider's own page has more fields: method, until, email, language, back and callbackUrl. It
// is answered 202 action-required, with the page (url), what to pay with elsewhere (voucher: number, url, payee), or both, and until
// when; later GET answers succeeded, failed with a reason, or expired. Whenever it changes, the provider posts to callbackUrl
// {"type":"payment.updated","timestamp":…,"data":{"orderId":…,"key":…}}, signed; and payment.disputed when the customer's bank takes
// the money back, with the dispute's reference, amount, currency, reason and state: open, won or lost.
//
// It guarantees:
//   - Every call ends: within its timeout, or with its context, and no more than 64 KiB of an answer are read.
//   - Every call with an effect carries an Idempotency-Key, so that it can be repeated.
//   - An unclear answer is fault.Unavailable, never a decline, a refusal or a "not found".
//   - A test order never reaches a real partner (Route).
//   - The public message of an error names only the partner; the bearer token is in no error and no log.
package partner
