#!/bin/sh
# Prints where a shop's processor time goes: a profile of webshop bench --profiles, each sample counted once, at the first line
# that fits its stack, so that the lines add up to the whole.
# usage: profile-table.sh DIR/cpu.pprof [MS]     MS: milliseconds of processor time for an order, as the bench prints them
set -eu
go tool pprof -traces "$1" 2>/dev/null | awk -v whole="${2:-0}" '
function line(name, pattern) { names[++lines] = name; patterns[lines] = pattern }
BEGIN {
	line("garbage collection (in the background)", "gcBgMarkWorker|bgsweep|bgscavenge")
	line("SQL: commits and checkpoints", "sqlite.\\(\\*tx\\).(finish|begin)|sqlite.\\(\\*Store\\).tend")
	line("SQL: writes", "sqlite.\\(\\*tx\\)|sqlite.\\(\\*Store\\).(writer|do$)")
	line("SQL: reads", "webshop/platform/database")
	line("mails: the built-in receiver", "platform/partner/mailbox|emersion/go-smtp")
	line("mails: MIME, SMTP", "partner.\\(\\*Mail\\)|go-mail")
	line("mails: letters", "webshop/email[.]")
	line("partners and their simulators", "partner.\\(\\*Client\\)|partner/simulator")
	line("bus: NATS client", "nats%2ego|nats.go")
	line("relay", "database.\\(\\*Relay\\)")
	line("events at the subscribers", "webshop/event[.]")
	line("bus, dispatcher and handlers", "webshop/platform/bus[./]")
	line("HTTP and the rules of createOrder", "net/http|webshop/order[.]")
	line("scheduler, the rest", ".")
}
function count(    i) {
	for (i = 1; stack != "" && i <= lines; i++) if (stack ~ patterns[i]) { sums[i] += value; sum += value; break }
	stack = ""
}
/^-+\+-+$/ { count(); fresh = 1; next }
fresh && $1 ~ /^[0-9.]+m?s$/ { value = $1 ~ /ms$/ ? $1 + 0 : 1000 * $1; stack = $0; fresh = 0; next }
!fresh { stack = stack " " $0 }
END {
	count()
	for (i = 1; i <= lines; i++) printf "| %s | %.1f %% | %.2f ms |\n", names[i], 100 * sums[i] / sum, whole * sums[i] / sum
	printf "| **sum** | **100 %%** | **%.2f** |\n", whole
}'
