// Package aws is the shop on AWS: Lambda functions behind API Gateway, EventBridge as the bus, Aurora PostgreSQL. It is
// another wiring of the same services, handlers, rules and store, besides the plain binary and the simulation. Only this
// folder and cmd/lambda link an SDK of AWS.
//
// # The artifact
//
// make lambda builds bin/lambda-arm64.zip and bin/lambda-amd64.zip, each with the one file bootstrap (runtime
// provided.al2023). All functions are this artifact. WEBSHOP_FUNCTION selects one; the table functions.All has
// its routes, subscribers and settings.
//
// # What a function is called with
//
// The form of the event determines the call:
//
//   - API Gateway REST, proxy integration (version 1: it has httpMethod and path). It goes through the shop's http.Handler
//     and its middleware, without its limits per client, which are the gateway's. The stage variable "listener" = "private"
//     makes it a request to the private listener, which takes "Authorization: Bearer TOKEN" from everyone; else it is one
//     to the public listener. Routes that are not in the function's row of the table are 404. Accept-Encoding is ignored;
//     a body that is not UTF-8 is isBase64Encoded. Answers in a stream are not possible: /trackOrder/live is in no row, and
//     the pages poll instead (web/js/live.js).
//   - {"subscriber": "email.OrderCreated", "event": EVENT}: an event for one subscriber. EVENT is the EventBridge event, or
//     less of it: detail.id and detail.subject (the order) are enough. Without detail.data the payload is read from the
//     journal, which is the truth; so rules need not hand personal data to a function (functions.Transformer is an input
//     transformer that does not). The answer is null if the outcome is in the database: done, due again, or parked.
//     An error of the type "notStored" means that it is not, and that the event must be sent again.
//   - {"Records": [{"eventSource": "aws:sqs", …}]}: the dead-letter queue, at relay. A body is an invocation record of
//     Lambda (its requestPayload is as above), an event as above, or an event of EventBridge with the message attribute
//     RULE_ARN, whose rule is named …-SERVICE-EventType (functions.RuleName). The subscriber's receipt is parked if it is
//     still pending, unless the function failed because of the database (errorType "notStored"): the journal publishes such an event again. The
//     answer is {"batchItemFailures": […]}.
//   - anything else at relay, e.g. {"schedule": "relay"}: a round. It publishes what is due, settles payments, reminds the
//     stockist, watches deadlines, sends alerts, archives; and goes on while something is pending, until
//     WEBSHOP_RELAY_FOR or shortly before its deadline. Idle rounds end within a few seconds.
//   - anything at migrate: the tables are made or migrated. A CloudFormation custom resource (RequestType, ResponseURL) is
//     answered as such; its deletion does nothing. {"restored": true} marks the database as an older copy, e.g. of a
//     snapshot: numbers of orders that may be lost are skipped, and the answer is {"firstNumber": …}, the next one.
//
// # What a function publishes
//
// PutEvents with EventBusName = WEBSHOP_EVENT_BUS, Source = "acme.webshop.order" (or .stock, .delivery: functions.Source),
// DetailType = the event type, Time = when it happened, Detail = CloudEvents 1.0 in its JSON form:
//
//	{"specversion": "1.0", "id": "…", "source": "/webshop/order", "type": "OrderCreated", "subject": "142", "time": "…",
//	 "datacontenttype": "application/json", "dataschema": "urn:acme:webshop:event:OrderCreated:v1", "traceparent": "…",
//	 "data": {"orderId": 142, …}}
//
// An event that is published again for one subscriber has the extension attributes "webshopsubscriber": "email.OrderCreated" and
// "webshopsend": 2. So the rule of a subscriber is (functions.Pattern):
//
//	{"detail-type": ["OrderCreated"], "source": ["acme.webshop.order"],
//	 "$or": [{"detail": {"webshopsubscriber": [{"exists": false}]}}, {"detail": {"webshopsubscriber": ["email.OrderCreated"]}}]}
//
// With WEBSHOP_SEED_EVENT_BUS, the seed's five events go to that bus as well, in the seed's form: Source =
// "microservicesdemo.order" (functions.SeedSource), and a Detail with the seed's fields alone, made of the order
// (app.Hosted.SeedEvent).
//
// Events are published after the commit and before the invocation ends. What EventBridge refuses is in the journal,
// and relay publishes it 5 seconds after the commit or later. Receipts make duplicates harmless.
//
// # Settings
//
// All are environment variables; those of the plain binary mean the same (docs/configuration.md). Secrets may be @FILE.
//
//	WEBSHOP_FUNCTION              the function
//	WEBSHOP_DATABASE_URL          postgres://USER[:PASSWORD]@HOST:5432/DATABASE?sslmode=verify-full
//	WEBSHOP_DATABASE_IAM          true: log in with a token of IAM for USER, made anew for each connection; no password
//	WEBSHOP_DATABASE_CONNECTIONS  of one instance; 1 (2 at relay)
//	WEBSHOP_EVENT_BUS             name or ARN of the event bus
//	WEBSHOP_SEED_EVENT_BUS        name or ARN of a bus that gets the seed's events in its form, with customers' data; none
//	WEBSHOP_PUBLIC_URL            the customers' address; it is in links
//	WEBSHOP_RELAY_FOR             how long a round may go on at most; 50s
//	WEBSHOP_SIMULATE              partners without an address that may be simulated; without it the shop does not start
//	WEBSHOP_SIMULATORS_URL        'webshop partners', for test orders and for partners without an address
//	AWS_ENDPOINT_URL_EVENTBRIDGE  another endpoint of EventBridge, for tests
//	AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN   set by Lambda
//	OTEL_EXPORTER_OTLP_ENDPOINT   where spans go (docs/operating.md#traces); they are sent before an invocation ends
//
// Which function takes which others is in functions.All.
//
// # Timeouts
//
// A handler of an event may take 15 s, and 10 s more to store its outcome: functions with subscribers have 30 s, those
// with routes only 29 s as API Gateway, relay 60 s, migrate 15 minutes. SIGTERM waits for the running invocation, and
// closes the connections to the database.
package aws
