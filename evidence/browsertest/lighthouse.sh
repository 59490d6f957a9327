#!/bin/sh
# Serves a shop on free ports and prints Lighthouse's four scores for each of its pages, as a phone sees them.
# Lighthouse is heavy and not a part of CI: it is installed beside the tests on the first run, in an ignored folder.
set -eu
cd "$(dirname "$0")"

lighthouse=12.8.2 # the last that runs on Node 20
tools=node_modules/.lighthouse
work=$(mktemp -d)
shop=
trap 'test -z "$shop" || kill "$shop"; rm -rf "$work"' EXIT INT TERM

if ! test -x "$tools/node_modules/.bin/lighthouse"; then
	mkdir -p "$tools"
	PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$tools" "lighthouse@$lighthouse"
fi

go build -o "$work/webshop" ../../cmd/webshop
"$work/webshop" serve --public-addr 127.0.0.1:0 --private-addr 127.0.0.1:0 --data-dir "$work/data" >"$work/log" 2>&1 &
shop=$!
CHROME_PATH=$(command -v chromium) WORK=$work node lighthouse.mjs
