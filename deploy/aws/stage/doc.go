// Command stage runs the shop's AWS stack on this machine: it reads deploy/aws/template.yaml, the same file that is
// deployed, and acts on what it says.
//
//   - Each function is its real bootstrap, under a Lambda Runtime API: several instances, cold starts, an idle one is
//     frozen, time-outs, limits of concurrency, retries of asynchronous calls.
//   - Each REST API is an HTTP front: routes, request validation, throttling, preflights and gateway responses.
//   - The bus is an EventBridge endpoint: patterns, input transformers, retry policies, dead-letter queues.
//   - Queues feed functions, schedules call them, a custom resource migrates the database.
//
// It can make trouble, by a seed: instances are killed in the middle of an invocation, events come twice, late, or are
// refused entry by entry. What it cannot show is in docs/aws.md.
//
// A property of a resource that it acts on and does not know is an error: the template never says what the stage overlooks.
package main
