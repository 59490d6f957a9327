package client

import (
	"context"
	"strings"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

// maxText bounds the error of a failed try: the service takes requests of 64 KiB, and JSON may write a byte with six.
const maxText = 8 << 10

// The receipt that a context carries is sent as an argument of the write, not as a header: it is part of what the
// operation does, so the schema says which writes take it, and whoever reads a logged operation sees it.

// carried returns the receipt of a context, and its key as it is sent; both nil when the call comes from no event.
func carried(ctx context.Context) (*event.Receipt, *ReceiptKey) {
	r := event.ReceiptOf(ctx)
	if r == nil {
		return nil, nil
	}
	key := keyOf(r)
	return r, &key
}

func keyOf(r *event.Receipt) ReceiptKey {
	return ReceiptKey{EventId: r.EventID, Subscriber: r.Subscriber}
}

// settle settles our copy of a receipt when the service settled its own.
func settle(r *event.Receipt, settled bool) {
	if r != nil && settled {
		r.Settle()
	}
}

// ReceiptOpen reports whether the receipt is still pending.
func (s *Store) ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error) {
	answer, err := readReceiptOpen(ctx, s, keyOf(r))
	if err != nil {
		return false, err
	}
	return answer.ReceiptOpen, nil
}

// Attempts is the number of failed tries so far.
func (s *Store) Attempts(ctx context.Context, r *event.Receipt) (int, error) {
	answer, err := readAttempts(ctx, s, keyOf(r))
	if err != nil {
		return 0, err
	}
	return answer.Attempts, nil
}

// MarkDone marks a pending receipt as done.
func (s *Store) MarkDone(ctx context.Context, r *event.Receipt) error {
	answer, err := settleReceipt(ctx, s, keyOf(r))
	if err == nil {
		settle(r, answer.SettleReceipt)
	}
	return err
}

// Retry keeps a failed try and makes the receipt due again.
func (s *Store) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	_, err := retryEvent(ctx, s, keyOf(r), cut(failure), next)
	return err
}

// Hold puts off a pending receipt.
func (s *Store) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	_, err := holdEvent(ctx, s, keyOf(r), until)
	return err
}

// Park makes a pending receipt a dead letter.
func (s *Store) Park(ctx context.Context, r *event.Receipt, failure string) error {
	_, err := parkEvent(ctx, s, keyOf(r), cut(failure))
	return err
}

// cut bounds a text, and leaves no half of a character.
func cut(text string) string {
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return strings.ToValidUTF8(text, "")
}

// ListDeadLetters returns parked receipts.
func (s *Store) ListDeadLetters(ctx context.Context, limit int) ([]database.DeadLetter, error) {
	answer, err := readDeadLetters(ctx, s, limit)
	if err != nil {
		return nil, err
	}
	letters := make([]database.DeadLetter, len(answer.DeadLetters))
	for i, d := range answer.DeadLetters {
		letters[i] = d.letter()
	}
	return letters, nil
}

// DeadLetter returns one, or fault.NotFound.
func (s *Store) DeadLetter(ctx context.Context, r *event.Receipt) (database.DeadLetter, error) {
	answer, err := readDeadLetter(ctx, s, keyOf(r))
	if err != nil {
		return database.DeadLetter{}, err
	}
	return answer.DeadLetter.letter(), nil
}

func (d deadLetter) letter() database.DeadLetter {
	return database.DeadLetter{
		Subscriber: d.Subscriber, Envelope: d.Envelope.envelope(), Attempts: d.Attempts, LastError: d.LastError, ParkedAt: d.ParkedAt,
	}
}

// Replay makes a dead letter due again at once.
func (s *Store) Replay(ctx context.Context, r *event.Receipt) error {
	_, err := replayDeadLetter(ctx, s, keyOf(r))
	return err
}

// ReplayAll makes dead letters of a subscriber due again.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (int, error) {
	answer, err := replayDeadLetters(ctx, s, subscriber, limit)
	if err != nil {
		return 0, err
	}
	return answer.ReplayDeadLetters, nil
}

// Parked returns the dead letters of each subscriber that has any.
func (s *Store) Parked(ctx context.Context) ([]database.Stuck, error) {
	answer, err := readParked(ctx, s)
	if err != nil {
		return nil, err
	}
	return answer.ParkedEvents, nil
}

// Discard gives a dead letter up.
func (s *Store) Discard(ctx context.Context, r *event.Receipt, reason string) error {
	_, err := discardDeadLetter(ctx, s, keyOf(r), cut(reason))
	return err
}
