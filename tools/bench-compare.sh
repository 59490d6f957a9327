#!/bin/sh
# Measures two revisions in turn, so that what else the machine does meets both alike, and prints the ratio of their medians.
# usage: bench-compare.sh OLD [NEW] [ROUNDS]     OLD is a revision; NEW is one too, or "." for this tree
# Both are driven by this tree's bench. What follows in BENCH goes to it.
set -eu
old=$1 new=${2:-.} rounds=${3:-5}
root=$(git rev-parse --show-toplevel)
dir=$(mktemp -d)
trap 'git -C "$root" worktree prune; rm -rf "$dir"' EXIT

build() { # REVISION FILE
	if [ "$1" = . ]; then
		(cd "$root" && go build -o "$2" ./cmd/webshop)
		return
	fi
	git -C "$root" worktree add --quiet --detach "$2.tree" "$1"
	(cd "$2.tree" && go build -o "$2" ./cmd/webshop)
	git -C "$root" worktree remove --force "$2.tree"
}
build "$old" "$dir/old"
build "$new" "$dir/new"
build . "$dir/bench"

for round in $(seq "$rounds"); do
	for side in old new; do
		# shellcheck disable=SC2086 # BENCH is several arguments
		"$dir/bench" bench --json --no-limits --warmup 3s --duration 8s --binary "$dir/$side" ${BENCH:-} >"$dir/out"
		for what in throughputPerSecond acknowledgedPerSecond shopCpuMsPerOrder allocatedKBPerOrder allocationsPerOrder writtenKBPerOrder commitsPerOrder; do
			sed -n "s/^ *\"$what\": \([0-9.e+-]*\),*$/\1/p" "$dir/out" | head -1 >>"$dir/$side.$what"
		done
	done
	echo "round $round: processor $(tail -1 "$dir/old.shopCpuMsPerOrder") ms per order before, $(tail -1 "$dir/new.shopCpuMsPerOrder") after" >&2
done

median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print NR ? (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 : 0 }'; }
printf '%-24s %12s %12s %8s   median of %s rounds\n' '' before after ratio "$rounds"
for file in "$dir"/old.*; do
	what=${file##*/old.}
	awk -v w="$what" -v a="$(median "$file")" -v b="$(median "$dir/new.$what")" \
		'BEGIN { printf "%-24s %12.3f %12.3f %8.3f\n", w, a, b, (a > 0 ? b / a : 0) }'
done
