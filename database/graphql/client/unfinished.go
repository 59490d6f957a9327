package client

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

var errUnfinished = errors.New("client: unfinished")

func (s *Store) CreateOrder(context.Context, order.Order, order.Claim) (o order.Order, fresh bool, err error) {
	return o, false, errUnfinished
}
func (s *Store) MoveOrder(context.Context, order.Move) (o order.Order, err error) {
	return o, errUnfinished
}
func (s *Store) Order(context.Context, int64) (o order.Order, err error)  { return o, errUnfinished }
func (s *Store) History(context.Context, int64) ([]event.Envelope, error) { return nil, errUnfinished }
func (s *Store) Refunded(context.Context, int64, string) error            { return errUnfinished }
func (s *Store) UnsettledOrders(context.Context, time.Time, int) ([]order.Order, error) {
	return nil, errUnfinished
}
func (s *Store) Booking(context.Context, int64) (b delivery.Booking, err error) {
	return b, errUnfinished
}
func (s *Store) Booked(context.Context, string, time.Time) (map[time.Time]int, error) {
	return nil, errUnfinished
}
func (s *Store) Book(context.Context, int64, time.Time, int) (b delivery.Booking, err error) {
	return b, errUnfinished
}
func (s *Store) StockOrder(context.Context, int64) (o stock.Order, err error) {
	return o, errUnfinished
}
func (s *Store) RefuseStock(context.Context, int64) error                { return errUnfinished }
func (s *Store) StockCreated(context.Context, int64) error               { return errUnfinished }
func (s *Store) Sale(context.Context, int64) (f finance.Sale, err error) { return f, errUnfinished }
func (s *Store) Enter(context.Context, finance.Entry) error              { return errUnfinished }
func (s *Store) ReceiptOpen(context.Context, *event.Receipt) (bool, error) {
	return false, errUnfinished
}
func (s *Store) MarkDone(context.Context, *event.Receipt) error                 { return errUnfinished }
func (s *Store) Retry(context.Context, *event.Receipt, string, time.Time) error { return errUnfinished }
func (s *Store) Park(context.Context, *event.Receipt, string) error             { return errUnfinished }
func (s *Store) Attempts(context.Context, *event.Receipt) (int, error)          { return 0, errUnfinished }
func (s *Store) ListDeadLetters(context.Context, int) ([]database.DeadLetter, error) {
	return nil, errUnfinished
}
func (s *Store) DeadLetter(context.Context, *event.Receipt) (d database.DeadLetter, err error) {
	return d, errUnfinished
}
func (s *Store) Replay(context.Context, *event.Receipt) error          { return errUnfinished }
func (s *Store) ReplayAll(context.Context, string, int) (int, error)   { return 0, errUnfinished }
func (s *Store) Parked(context.Context) ([]database.Stuck, error)      { return nil, errUnfinished }
func (s *Store) Discard(context.Context, *event.Receipt, string) error { return errUnfinished }
func (s *Store) Balances(context.Context) ([]database.Balance, error)  { return nil, errUnfinished }
func (s *Store) EntriesOf(context.Context, int64) ([]database.LedgerEntry, error) {
	return nil, errUnfinished
}
func (s *Store) LedgerFaults(context.Context, int) ([]database.LedgerFault, error) {
	return nil, errUnfinished
}
func (s *Store) TestOrders(context.Context, int64) ([]order.Order, error) { return nil, errUnfinished }
func (s *Store) ReceiptsOf(context.Context, int64) ([]database.ReceiptState, error) {
	return nil, errUnfinished
}
func (s *Store) Counts(context.Context) (c database.Counts, err error) { return c, errUnfinished }
func (s *Store) Untried() (u database.Untried)                         { return u }
