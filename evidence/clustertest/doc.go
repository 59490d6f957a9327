// Package clustertest proves that the shop goes on when parts of it do not. It runs all of it on one machine: three NATS
// servers, PostgreSQL, two processes of each service, a gateway, and the customers and partners of package harness. While
// customers order, each part is killed, cut off, slowed, restarted or upgraded, and after each fault all must go on. At
// the end nothing may be lost, doubled or unexplained. It has tests only; see docs/reliability.md.
//
// Every connection between two parts has a link of its own, which can be cut. A link is a small proxy of ours and not
// toxiproxy: that drops what is sent during a cut, which no network does to a TCP connection, cannot reach a Unix socket,
// and comes with a dozen modules.
package clustertest
