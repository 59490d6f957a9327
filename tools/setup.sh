#!/usr/bin/env bash
# Installs what the tests need beside Go, where it is missing: a C compiler for the race detector, Chromium, npm (with
# Node.js) for axe-core and AWS's validator of templates, promtool, curl, and PostgreSQL, PgBouncer, nginx and MariaDB, of
# which the tests start servers of their own. It builds Stripe's mock server, too. On another system than Debian it says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v chromium >/dev/null || missing+=(chromium fonts-liberation)
command -v npm >/dev/null || missing+=(npm)
command -v curl >/dev/null || missing+=(curl ca-certificates)
command -v promtool >/dev/null || missing+=(prometheus) # for its checks of rules; the server is not started
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
{ command -v mariadbd || [ -x /usr/sbin/mariadbd ]; } >/dev/null && command -v mariadb-dump >/dev/null || missing+=(mariadb-server mariadb-client)

if ((${#missing[@]})); then
	if ! command -v apt-get >/dev/null; then
		echo "setup: please install: ${missing[*]}" >&2
		exit 1
	fi
	root=()
	[ "$(id -u)" = 0 ] || root=(sudo)
	"${root[@]}" apt-get update -q -o Acquire::Retries=5
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o Acquire::Retries=5 "${missing[@]}"
fi

go -C tools/stripemock tool -n stripe-mock >/dev/null # builds it

# node_modules keeps a copy of the lock file that it was made from.
for folder in evidence/browsertest deploy/aws; do
	if [ ! -e "$folder/node_modules/.package-lock.json" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ]; then
		npm ci --prefix "$folder" --no-audit --no-fund --fetch-retries=5 --loglevel=error
	fi
done
