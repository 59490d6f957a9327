#!/usr/bin/env bash
# Runs every fuzz target that there is: tools/fuzz.sh SECONDS [quick]
#
# quick is for CI: the binaries are built as those of the tests (no coverage guidance), so that little is compiled anew,
# and what was found before and kept in testdata/fuzz is varied. Without it Go compiles everything
# with coverage guidance, which takes minutes the first time and finds more. What fails is kept in testdata/fuzz:
# commit it with the mend.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
go=${GO:-go}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # package, target
	if [ "${quick:-}" ]; then
		(cd "$1" && "$work/$(echo "$1" | tr / _).test" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "${seconds}s" -test.fuzzcachedir "$work/cache" -test.parallel 2)
	else
		"$go" test -run '^$' -fuzz "^$2\$" -fuzztime "${seconds}s" "./$1"
	fi
}

quick=${2:-}
count=0 failed=0 built=
# The targets are found by their text: go test -list would compile every package's tests for it.
while IFS=: read -r file target; do
	package=$(dirname "$file")
	if [ "$quick" ] && [ "$built" != "$package" ]; then
		"$go" test -c -o "$work/$(echo "$package" | tr / _).test" "./$package"
		built=$package
	fi
	count=$((count + 1))
	if run "$package" "$target" >"$work/out" 2>&1; then
		echo "ok    $package $target: $(grep -o 'execs: [0-9]*' "$work/out" | tail -1)"
	elif grep -q 'context deadline exceeded' "$work/out" && ! grep -q 'Failing input written' "$work/out"; then
		echo "ok    $package $target: ended late (go.dev/issue/75804, mended in Go 1.27)"
	else
		cat "$work/out"
		failed=$((failed + 1))
	fi
done < <(grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's|^\./||; s|func ||' | sort)
echo "fuzz: $((count - failed)) of $count targets hold"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
