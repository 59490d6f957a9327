// Package storetest is the suite that every store passes: it tests the promises of database.Store.
package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// Open returns a new, empty store that takes its time from the clock, and closes it when the test ends.
type Open func(t testing.TB, now func() time.Time) database.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, *fixture){
		"a refund that waits is taken back":             aRefundThatWaitsIsTakenBack,
		"the books follow the ledger":                   theBooksFollowTheLedger,
		"an invoice is paid in parts":                   anInvoiceIsPaidInParts,
		"what is no open invoice is not paid":           whatIsNoOpenInvoiceIsNotPaid,
		"a receipt is booked on its day":                aReceiptIsBookedOnItsDay,
		"many pay one invoice":                          manyPayOneInvoice,
		"what is delivered is earned":                   whatIsDeliveredIsEarned,
		"the books begin with the ledger":               theBooksBeginWithTheLedger,
		"a month is closed":                             aMonthIsClosed,
		"the books go on once":                          theBooksGoOnOnce,
		"orders are stored as they are":                 ordersAreStoredAsTheyAre,
		"every field of an order is kept":               everyFieldOfAnOrderIsKept,
		"every field of an event is kept":               everyFieldOfAnEventIsKept,
		"every field of an entry is kept":               everyFieldOfAnEntryIsKept,
		"every field of an action is kept":              everyFieldOfAnActionIsKept,
		"every field of a receipt is kept":              everyFieldOfAReceiptIsKept,
		"what was agreed is kept":                       whatWasAgreedIsKept,
		"the journal has nothing personal":              theJournalHasNothingPersonal,
		"the archive has nothing personal":              theArchiveHasNothingPersonal,
		"older programs read whole events":              olderProgramsReadWholeEvents,
		"a correction keeps what was there":             aCorrectionKeepsWhatWasThere,
		"a booked order is corrected until its cut-off": aBookedOrderIsCorrectedUntilItsCutOff,
		"an erased order has nobody":                    anErasedOrderHasNobody,
		"what is under way is not erased":               whatIsUnderWayIsNotErased,
		"personal data is kept by the rules":            personalDataIsKeptAsLongAsTheRulesSay,
		"every field of a job is kept":                  everyFieldOfAJobIsKept,
		"an order of a job is begun once":               anOrderOfAJobIsBegunOnce,
		"a job ends with its last order":                aJobEndsWithItsLastOrder,
		"erasures are listed":                           erasuresAreListed,
		"a persons orders are found":                    aPersonsOrdersAreFound,
		"numbers are unique under concurrency":          numbersAreUnique,
		"an order is named once":                        anOrderIsNamedOnce,
		"older programs meet orders that they know":     olderProgramsMeetOrdersThatTheyKnow,
		"an idempotency key makes one order":            aKeyMakesOneOrder,
		"a key freed by a decline":                      aDeclineFreesTheKey,
		"moves follow the state machine":                movesFollowTheStateMachine,
		"any moves at once keep the rules":              anyMovesAtOnceKeepTheRules,
		"events come with pending receipts":             eventsComeWithPendingReceipts,
		"commits are told":                              commitsAreTold,
		"a receipt makes an effect happen once":         aReceiptMakesAnEffectHappenOnce,
		"a failed effect leaves its receipt open":       aFailedEffectLeavesItsReceiptOpen,
		"receipts are retried, parked and replayed":     receiptsAreRetriedParkedAndReplayed,
		"due receipts are taken once":                   dueReceiptsAreTakenOnce,
		"a bus that lost all ends all leases":           aLostBusEndsAllLeases,
		"the first time again is told":                  theFirstTimeAgainIsTold,
		"what waits its turn is not sent soon":          whatWaitsItsTurnIsNotSentSoon,
		"work goes on where it was":                     workGoesOnWhereItWas,
		"one of many copies leads":                      oneOfManyCopiesLeads,
		"orders without an answer are taken":            ordersWithoutAnAnswerAreTaken,
		"an order is taken once":                        anOrderIsTakenOnce,
		"what is paid too late is cancelled":            whatIsPaidTooLateIsCancelled,
		"no one waits for who waited longer":            noOneWaitsForWhoWaitedLonger,
		"each provider has its share":                   eachProviderHasItsShare,
		"who is put off comes later":                    whoIsPutOffComesLater,
		"a step takes its own reviews":                  aStepTakesItsOwnReviews,
		"what was declined is asked about":              whatWasDeclinedIsAskedAbout,
		"what was not charged is forgotten":             whatWasNotChargedIsForgotten,
		"what may be charged is kept":                   whatMayBeChargedIsKept,
		"what moved on is pruned":                       whatMovedOnIsPruned,
		"what is in work is not sent again":             whatIsInWorkIsNotSentAgain,
		"a later success settles what was parked":       aLaterSuccessSettlesWhatWasParked,
		"a failed try is no lost send":                  aFailedTryIsNoLostSend,
		"many leases end too":                           manyLeasesEndToo,
		"what is late is overdue":                       whatIsLateIsOverdue,
		"what did not fail is made due":                 whatDidNotFailIsMadeDue,
		"dead letters are replayed together":            deadLettersOfOneSubscriberAreReplayedTogether,
		"stock is created once":                         stockIsCreatedOnce,
		"a fact is stated once":                         aFactIsStatedOnce,
		"a fact with a done receipt is a duplicate":     aFactWithADoneReceiptIsADuplicate,
		"a refusal that comes too late is told":         aRefusalThatComesTooLateIsTold,
		"a booking is made once":                        aBookingIsMadeOnce,
		"what a carrier reports is kept":                whatACarrierReportsIsKept,
		"what became of a mail is kept":                 whatBecameOfAMailIsKept,
		"what failed is booked again":                   whatFailedIsBookedAgain,
		"a complaint is kept with its photos":           aComplaintIsKeptWithItsPhotos,
		"a complaint is answered once":                  aComplaintIsAnsweredOnce,
		"an answer waits for the second person":         anAnswerWaitsForTheSecondPerson,
		"a replacement is made once":                    aReplacementIsMadeOnce,
		"complaints are erased":                         complaintsAreErased,
		"nobody said delivered":                         nobodySaidDelivered,
		"a slot is never overbooked":                    aSlotIsNeverOverbooked,
		"a delivery is moved until its cut-off":         aDeliveryIsMovedUntilItsCutOff,
		"a booked order is cancelled until its cut-off": aBookedOrderIsCancelledUntilItsCutOff,
		"slots are right whatever moves":                slotsAreRightWhateverMoves,
		"test orders take no room":                      testOrdersTakeNoRoom,
		"money is entered with its reason":              moneyIsEnteredWithItsReason,
		"what was never owed is not reversed":           whatWasNeverOwedIsNotReversed,
		"a wrong entry is corrected":                    aWrongEntryIsCorrected,
		"taxes are entered with their sale":             taxesAreEnteredWithTheirSale,
		"test orders are not the shops money":           testOrdersAreNotTheShopsMoney,
		"what the ledger lacks is found":                whatTheLedgerLacksIsFound,
		"an archived order is as it was":                anArchivedOrderIsAsItWas,
		"what is unfinished stays":                      whatIsUnfinishedStays,
		"what comes late has no effect":                 whatComesLateHasNoEffect,
		"what an archived order gets is kept":           whatAnArchivedOrderGetsIsKept,
		"each refund is told once":                      eachRefundIsToldOnce,
		"any lives are archived as they were":           anyLivesAreArchivedAsTheyWere,
		"many archive at once":                          manyArchiveAtOnce,
		"old test orders are deleted":                   oldTestOrdersAreDeleted,
		"what is left of tests stays":                   whatIsLeftOfTestsStays,
		"test orders are counted":                       testOrdersAreCounted,
		"lists and counts":                              listsAndCounts,
		"what is not there is not found":                whatIsNotThereIsNotFound,
		"orders are found":                              ordersAreFound,
		"a search goes on page by page":                 aSearchGoesOnPageByPage,
		"orders are found by anything":                  ordersAreFoundByAnything,
		"a dropped order is not found":                  aDroppedOrderIsNotFound,
		"a search of words goes on page by page":        aSearchOfWordsGoesOnPageByPage,
		"keys are renewed":                              keysAreRenewed,
		"what flows is counted":                         whatFlowsIsCounted,
		"how orders went is counted":                    howOrdersWentIsCounted,
		"what operators do is kept":                     whatOperatorsDoIsKept,
		"rules are kept in versions":                    rulesAreKeptInVersions,
		"rules go back":                                 rulesGoBack,
		"one of many activations wins":                  oneOfManyActivations,
		"what a reader cannot read is not activated":    whatAReaderCannotReadIsNotActivated,
		"a review is decided step by step":              aReviewIsDecidedStepByStep,
		"a refusal ends a review":                       aRefusalEndsAReview,
		"who decides first decides":                     whoDecidesFirstDecides,
		"some orders take two persons":                  someOrdersTakeTwoPersons,
		"two at once are two":                           twoAtOnceAreTwo,
		"refunds never exceed what was paid":            refundsNeverExceedWhatWasPaid,
		"bad refunds change nothing":                    badRefundsChangeNothing,
		"some refunds take two persons":                 someRefundsTakeTwoPersons,
		"a failed refund is held":                       aFailedRefundIsHeld,
		"what waits for a review is found":              whatWaitsForAReviewIsFound,
		"a code is never over-used":                     aCodeIsNeverOverUsed,
		"codes come back":                               codesComeBack,
		"earlier uses of a code count":                  earlierUsesCount,
		"pieces are never sold twice":                   piecesAreNeverSoldTwice,
		"pieces come back once":                         piecesComeBackOnce,
		"a repeat takes no pieces":                      aRepeatTakesNoPieces,
		"a count is changed":                            aCountIsChanged,
		"any lives keep the count":                      anyLivesKeepTheCount,
		"a repeat uses no code":                         aRepeatUsesNoCode,
		"a clock that steps back holds nothing up":      aClockThatStepsBackHoldsNothingUp,
		"a role that is taken is respected":             aTakenRoleIsRespected,
		"nobody goes beyond a cap":                      nobodyGoesBeyondACap,
		"nobody books beyond a cap":                     nobodyBooksBeyondACap,
		"an organization owes no more than it may":      anOrganizationOwesNoMoreThanItsLimit,
		"an approved organization is known":             anApprovedOrganizationIsKnown,
		"what another system took is imported":          whatAnotherSystemTookIsImported,
		"what changed elsewhere is brought over":        whatChangedElsewhereIsBroughtOver,
		"an imported order goes on":                     anImportedOrderGoesOn,
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{T: t, at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
			f.Store = open(t, f.now)
			test(t, f)
		})
	}
}

// fixture is a store with a clock.
type fixture struct {
	*testing.T
	database.Store
	mu sync.Mutex
	at time.Time
}

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

var ctx = context.Background()

// draft returns an order with texts that a careless store would damage.
func (f *fixture) draft() order.Order {
	return order.Order{
		Status: order.Created, StatusAt: f.now(), CreatedAt: f.now(),
		Customer:     order.Customer{Name: `Zoë "O'Neil" \ 🌵 𝒳; DROP TABLE orders`, Email: "zoe@example.com", Phone: "+1 212 555", Street: "Rue d'Été 1", City: "東京"},
		CustomerType: "B2B", Market: "US", OrgNumber: "00123456789012345678", Products: event.ParseItems("BB001,BB001,LB002"),
		Total: money.Amount{Minor: 48000, Currency: "USD"}, Rate: "17.5", TestID: 0, PaymentProvider: "payments-us",
	}
}

func (f *fixture) created(change ...func(*order.Order)) order.Order {
	f.Helper()
	o := f.draft()
	for _, c := range change {
		c(&o)
	}
	stored, fresh, err := f.CreateOrder(ctx, o, order.IdempotencyKey{})
	if err != nil || !fresh {
		f.Fatalf("CreateOrder = fresh %v, %v", fresh, err)
	}
	return stored
}

// stocked returns an order whose plants are there.
func (f *fixture) stocked(change ...func(*order.Order)) order.Order {
	f.Helper()
	o := f.created(change...)
	f.move(o.ID, order.Placed)
	return f.move(o.ID, order.Stocked)
}

func (f *fixture) move(id int64, to order.Status) order.Order {
	f.Helper()
	o, err := f.MoveOrder(ctx, order.Move{OrderID: id, To: to})
	if err != nil {
		f.Fatalf("move to %s: %v", to, err)
	}
	return o
}

func (f *fixture) order(id int64) order.Order {
	f.Helper()
	o, err := f.Order(ctx, id)
	if err != nil {
		f.Fatal(err)
	}
	return o
}

// event returns the order's only event of a type.
func (f *fixture) event(id int64, t event.Type) event.Envelope {
	f.Helper()
	var found []event.Envelope
	history, err := f.History(ctx, id)
	if err != nil {
		f.Fatal(err)
	}
	for _, env := range history {
		if env.Type == t {
			found = append(found, env)
		}
	}
	if len(found) != 1 {
		f.Fatalf("order %d has %d events %s, want 1", id, len(found), t)
	}
	return found[0]
}

func (f *fixture) state(id int64, subscriber string) database.ReceiptState {
	f.Helper()
	receipts, err := f.ReceiptsOf(ctx, id)
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range receipts {
		if r.Subscriber == subscriber {
			return r
		}
	}
	f.Fatalf("order %d has no receipt of %s", id, subscriber)
	return database.ReceiptState{}
}

func (f *fixture) wantCode(err error, want fault.Code) {
	f.Helper()
	if fault.CodeOf(err) != want {
		f.Errorf("error %v has code %q, want %q", err, fault.CodeOf(err), want)
	}
}

// receipt returns the key of a subscriber's receipt for an order's event.
func (f *fixture) receipt(id int64, t event.Type, subscriber string) *event.Receipt {
	f.Helper()
	return &event.Receipt{EventID: f.event(id, t).ID, Subscriber: subscriber}
}
