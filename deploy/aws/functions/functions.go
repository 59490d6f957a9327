// Package functions is the one table of the shop's Lambda functions: the routes, subscribers, services and settings of
// each. The bootstrap (package aws) runs by it, and the template is generated from it. It links no SDK.
package functions

import "slices"

// Function is one Lambda function. All are the same artifact; WEBSHOP_FUNCTION selects one.
type Function struct {
	Name     string
	Does     string   // one line, for its description
	Services []string // rows of the shop's wiring that it runs, as in --services
	Public   []Route  // called by customers and partners
	Private  []Route  // called by operators and inner clients, with a token
	// Subscribers are names of event.Subscriptions. Each event is delivered to one of them at a time.
	Subscribers []string
	Scheduled   bool // called each minute
	DeadLetters bool // consumes the dead-letter queue
	Migrates    bool // called by the deployment, before the others have the new code
	Settings    []string
}

// Route is an operation of the shop's OpenAPI documents, or "ANY" path. {proxy+} is the rest of a path.
type Route struct{ Method, Path string }

// The settings besides those of every function (Common): names of environment variables, by purpose.
var (
	links     = []string{"WEBSHOP_LINK_SECRET", "WEBSHOP_LINK_VALIDITY"}
	payments  = []string{"WEBSHOP_PAYMENTS_US_URL", "WEBSHOP_PAYMENTS_MX_URL"}
	stockist  = []string{"WEBSHOP_STOCKIST_URL"}
	carrier   = []string{"WEBSHOP_CARRIER_URL"}
	screening = []string{"WEBSHOP_SCREENING_URL"}
	books     = []string{"WEBSHOP_BOOKS_URL"}
	// What a function needs besides its partner's address to call it and to receive its callbacks. No function learns
	// another partner's.
	calling     = []string{"WEBSHOP_PARTNER_TIMEOUT"}
	asPayer     = slices.Concat(calling, payments, []string{"WEBSHOP_PAYMENTS_US_TOKEN", "WEBSHOP_PAYMENTS_MX_TOKEN"})
	asStock     = slices.Concat(calling, stockist, []string{"WEBSHOP_STOCKIST_TOKEN", "WEBSHOP_STOCKIST_SECRET"})
	asScreening = slices.Concat(calling, screening, []string{"WEBSHOP_SCREENING_TOKEN", "WEBSHOP_SCREENING_SECRET"})
	asCarrier   = slices.Concat(calling, carrier, []string{"WEBSHOP_CARRIER_TOKEN", "WEBSHOP_CARRIER_SECRET"})
	asBooks     = slices.Concat(calling, books, []string{"WEBSHOP_BOOKS_TOKEN"})
	mail        = []string{"WEBSHOP_SMTP_ADDR", "WEBSHOP_SMTP_TLS", "WEBSHOP_SMTP_USER", "WEBSHOP_SMTP_PASSWORD", "WEBSHOP_TEST_SMTP_ADDR", "WEBSHOP_MAIL_FROM", "WEBSHOP_MAIL_SECRET"}
	operators   = []string{"WEBSHOP_PRIVATE_TOKEN", "WEBSHOP_OPERATOR"}
	tests       = []string{"WEBSHOP_TEST_ORDERS", "WEBSHOP_TEST_TOKEN"}
	cors        = []string{"WEBSHOP_CORS_ORIGIN"}
	// Where customers are sent, in functions that return links; pages on other hosts must be allowed to call.
	pages  = append([]string{"WEBSHOP_ORDER_PAGE", "WEBSHOP_DELIVERY_PAGE", "WEBSHOP_SUCCESS_PAGE"}, cors...)
	alerts = []string{"WEBSHOP_ALERT_WEBHOOK", "WEBSHOP_ALERT_SLACK"}
)

// Common are the settings of every function, besides those that Lambda sets.
var Common = []string{
	"WEBSHOP_FUNCTION", "WEBSHOP_DATABASE_URL", "WEBSHOP_DATABASE_IAM", "WEBSHOP_EVENT_BUS", "WEBSHOP_SEED_EVENT_BUS", "WEBSHOP_PUBLIC_URL",
	"WEBSHOP_SIMULATORS_URL", "WEBSHOP_SIMULATE", "WEBSHOP_LOG_LEVEL",
}

// All are the functions. Each subscriber and each route of the API is in one of them.
var All = []Function{
	{
		Name: "createOrder", Does: "takes orders and their payment, and gives money back", Services: []string{"order"},
		Public: []Route{
			{"POST", "/createOrder"}, {"POST", "/payOrder"}, {"POST", "/checkPayment"}, {"POST", "/cancelOrder"}, {"POST", "/callbacks/payments-us"}, {"POST", "/callbacks/payments-mx"},
		},
		Subscribers: []string{"order.OrderCancelled"},
		Settings:    slices.Concat(links, asPayer, tests, pages),
	},
	{
		Name: "placeOrder", Does: "puts orders into the order book, after their review", Services: []string{"order"},
		Private:     []Route{{"POST", "/placeOrder"}},
		Subscribers: []string{"order.OrderCreated", "order.ReviewDone"},
		Settings:    slices.Concat(links, asPayer, operators),
	},
	{
		Name: "updateOrderStatus", Does: "moves orders along their states, and gives a part of their money back", Services: []string{"order"},
		Private:     []Route{{"POST", "/updateOrderStatus"}, {"POST", "/cancelOrder"}, {"POST", "/refundOrder"}, {"POST", "/approveRefund"}, {"POST", "/refuseRefund"}, {"POST", "/reportDelivery"}, {"POST", "/answerComplaint"}, {"GET", "/complaints"}, {"GET", "/complaints/photo"}},
		Subscribers: []string{"order.StockCreated", "order.DeliveryBooked"},
		Settings:    slices.Concat(links, asPayer, operators),
	},
	{
		Name: "bookDelivery", Does: "books delivery times, changes them, orders the van, and hears what becomes of it", Services: []string{"delivery"},
		Public:      []Route{{"POST", "/bookDelivery"}, {"POST", "/moveDelivery"}, {"POST", "/callbacks/carrier"}},
		Private:     []Route{{"POST", "/bookDelivery"}, {"POST", "/moveDelivery"}},
		Subscribers: []string{"delivery.OrderDeliverable", "delivery.DeliveryBooked", "delivery.DeliveryRescheduled", "delivery.OrderCancelled", "delivery.OrderCorrected"},
		Settings:    slices.Concat(links, asCarrier, operators, cors),
	},
	{
		Name: "deliveryTimes", Does: "tells the free delivery times", Services: []string{"delivery"},
		Public:   []Route{{"GET", "/deliveryTimes"}},
		Private:  []Route{{"GET", "/deliveryTimes"}},
		Settings: slices.Concat(links, carrier, operators, cors),
	},
	{
		Name: "stock", Does: "asks the stockist for plants, and hears when they are there", Services: []string{"stock"},
		Public:      []Route{{"POST", "/callbacks/stockist"}},
		Private:     []Route{{"POST", "/stock"}},
		Subscribers: []string{"stock.OrderPlaced"},
		Settings:    slices.Concat(asStock, operators),
	},
	{
		Name: "fraud", Does: "asks the fraud check about orders, and hears what it says", Services: []string{"fraud"},
		Public:      []Route{{"POST", "/callbacks/screening"}},
		Subscribers: []string{"fraud.ReviewRequested"},
		Settings:    asScreening,
	},
	{
		Name: "approval", Does: "lets operators approve orders", Services: []string{"approval"},
		Private:     []Route{{"GET", "/reviews"}, {"POST", "/approve"}, {"POST", "/refuse"}},
		Subscribers: []string{"approval.ReviewRequested"},
		Settings:    operators,
	},
	{
		Name: "finance", Does: "books sales", Services: []string{"finance"},
		Private:     []Route{{"POST", "/finance"}},
		Subscribers: []string{"finance.OrderPlaced", "finance.OrderCancelled", "finance.RefundDone"},
		Settings:    slices.Concat(asBooks, operators),
	},
	{
		Name: "email", Does: "mails customers, and hears what becomes of mails", Services: []string{"email"},
		Public:      []Route{{"POST", "/callbacks/mail"}},
		Private:     []Route{{"POST", "/email"}},
		Subscribers: []string{"email.OrderCreated", "email.OrderDeliverable", "email.DeliveryBooked", "email.DeliveryRescheduled", "email.DeliveryStarted", "email.DeliveryFailed", "email.Delivered", "email.OrderCancelled", "email.PaymentDeclined", "email.PaymentRequested", "email.RefundDone", "email.ComplaintMade", "email.ComplaintAnswered"},
		Settings:    slices.Concat(links, pages, mail, operators),
	},
	{
		Name: "database", Does: "answers GraphQL and operators' questions", Services: []string{"database"},
		Private: []Route{
			{"GET", "/database"}, {"POST", "/database"}, {"GET", "/ledger"}, {"POST", "/ledger/corrections"}, {"GET", "/stock/counts"}, {"POST", "/stock/counts"}, {"POST", "/correctOrder"}, {"POST", "/privacy/export"}, {"POST", "/privacy/erase"}, {"GET", "/privacy/erasures"}, {"GET", "/audit"}, {"GET", "/alerts"}, {"GET", "/partners/real"},
			{"GET", "/deadletters"}, {"POST", "/deadletters/replay"}, {"GET", "/deadletters/{event}/{subscriber}"},
			{"POST", "/deadletters/{event}/{subscriber}/replay"}, {"POST", "/deadletters/{event}/{subscriber}/discard"},
			{"GET", "/rules"}, {"GET", "/rules/versions/{version}"}, {"POST", "/rules/check"}, {"POST", "/rules/try"},
			{"POST", "/rules/activate"}, {"POST", "/rules/rollback"},
			{"GET", "/mails/{event}/{subscriber}"}, {"POST", "/mails/{event}/{subscriber}/again"}, {"POST", "/orderLink"}, {"POST", "/renewLink"}, {"POST", "/notes"},
			{"GET", "/books/balances"}, {"GET", "/books/taxes"}, {"GET", "/books/entries"}, {"POST", "/books/entries"}, {"GET", "/books/entries/{number}"}, {"POST", "/books/entries/{number}/reversal"},
			{"GET", "/books/documents"}, {"GET", "/books/documents/{number}"}, {"GET", "/books/periods"}, {"POST", "/books/periods/{period}/close"}, {"GET", "/books/rates"}, {"POST", "/books/rates"}, {"POST", "/books/payouts"}, {"GET", "/books/open"}, {"POST", "/books/payments"}, {"POST", "/books/statement"},
			{"GET", "/bulk"}, {"POST", "/bulk"}, {"POST", "/bulk/try"}, {"POST", "/bulk/stop"}, {"GET", "/bulk/jobs/{id}"},
		},
		// It only reads the partners' and mails' addresses, to tell the auditor which ones are real.
		Settings: slices.Concat(operators, payments, screening, stockist, carrier, books, []string{"WEBSHOP_SMTP_ADDR", "WEBSHOP_TEST_SMTP_ADDR"}),
	},
	{
		Name: "shop", Does: "what else customers call: catalog, tracking, finding, complaining", Services: []string{"order"},
		Public: []Route{
			{"GET", "/catalog"}, {"POST", "/quote"}, {"GET", "/trackOrder"}, {"POST", "/trackOrder/share"}, {"GET", "/receipt"}, {"POST", "/findOrder"}, {"POST", "/complaints"}, {"GET", "/complaints/photo"}, {"GET", "/healthz"}, {"GET", "/readyz"},
		},
		Settings: slices.Concat(links, payments, pages),
	},
	{
		Name: "relay", Does: "publishes what was left, settles payments, tells the books, watches deadlines, parks dead letters", Services: []string{"order", "stock", "fraud", "finance", "email"},
		Scheduled: true, DeadLetters: true,
		Settings: slices.Concat(links, asPayer, asStock, asScreening, asBooks, pages, mail, alerts, []string{"WEBSHOP_KEEP", "WEBSHOP_KEEP_TEST_ORDERS", "WEBSHOP_RELAY_FOR"}),
	},
	{
		// It reads which partners are real, to refuse a deployment that would simulate others without being told to.
		Name: "migrate", Does: "brings the tables to this version, and gives a new shop its rules", Migrates: true,
		Settings: slices.Concat(payments, screening, stockist, carrier, books, []string{"WEBSHOP_SMTP_ADDR", "WEBSHOP_SHOP_FILE"}),
	},
}

// Named finds a function.
func Named(name string) (Function, bool) {
	i := slices.IndexFunc(All, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return Function{}, false
	}
	return All[i], true
}

// Hears finds the function of a subscriber.
func Hears(subscriber string) (Function, bool) {
	i := slices.IndexFunc(All, func(f Function) bool { return slices.Contains(f.Subscribers, subscriber) })
	if i < 0 {
		return Function{}, false
	}
	return All[i], true
}

// Environment lists the names of all environment variables of a function.
func (f Function) Environment() []string { return slices.Concat(Common, f.Settings) }

// Publishes reports whether a function can cause events, and so may put them on the bus.
func (f Function) Publishes() bool { return !f.Migrates && f.Name != "deliveryTimes" }
