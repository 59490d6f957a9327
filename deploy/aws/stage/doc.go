// Command stage runs the shop's AWS stack on this machine: it reads deploy/aws/template.yaml, the same file that is
// deployed, and runs what it describes.
//
//   - Each function is its real bootstrap, under a Lambda Runtime API: several instances, cold starts, an idle one is
//     frozen, time-outs, limits of concurrency, retries of asynchronous calls.
//   - Each REST API is an HTTP front: routes, request validation, throttling, preflights and gateway responses.
//   - The bus is an EventBridge endpoint: patterns, input transformers, retry policies, dead-letter queues.
//   - Queues feed functions, schedules call them, a custom resource migrates the database.
//
// It can cause faults, from a seed: instances are killed during an invocation, events come twice or late, or entries are
// refused. What it cannot show is in docs/aws.md.
//
// An unknown property of a resource that it supports is an error, so that the stage overlooks nothing in the template.
package main
