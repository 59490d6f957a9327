#!/bin/sh
# Starts a PostgreSQL as Debian sets it up (it syncs), in a folder of its own, and measures a shop on it.
# usage: bench-postgres.sh WEBSHOP [FLAGS of webshop bench]
set -eu
webshop=$1
shift
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
dir=$(mktemp -d)
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
	chown postgres "$dir"
	as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi
cd "$dir"
as "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-k $dir -c listen_addresses=" start >/dev/null
trap 'as "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null; rm -rf "$dir"' EXIT
cd - >/dev/null
"$webshop" bench --database-url "postgres://postgres@/postgres?host=$dir" "$@"
