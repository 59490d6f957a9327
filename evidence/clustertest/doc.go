// Package clustertest proves that the shop continues when parts of it fail. It runs everything on one machine: three NATS
// servers, PostgreSQL, two processes of each service, a gateway, and the customers and partners of package harness. While
// customers order, each part is killed, cut off, slowed, restarted or upgraded, and after each fault everything must work
// again. At the end nothing may be lost, doubled or unexplained. It has tests only; see docs/reliability.md.
//
// Every connection between two parts has its own link, which can be cut. A link is a small proxy, and not toxiproxy: that
// drops what is sent during a cut, which no network does to a TCP connection, cannot connect to a Unix socket, and brings
// a dozen modules.
package clustertest
