#!/usr/bin/env bash
# Writes what is in the last commit's webshop and lambda to FOLDER/NAME.cdx.json (CycloneDX): modules, licences, Go itself.
# The program that does it reads the version from git and cannot read a worktree's, so it gets a clone.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-bin}")
names=${2:-webshop lambda}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
git clone -q . "$work/shop"
go -C tools/supply build -o "$work/cyclonedx-gomod" github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
for name in $names; do
	flags=
	[ "$name" = lambda ] && flags=-tags=lambda.norpc
	GOFLAGS=$flags GOOS=linux CGO_ENABLED=0 "$work/cyclonedx-gomod" app -json -std -licenses -main "cmd/$name" -output "$out/$name.cdx.json" "$work/shop"
	echo "$out/$name.cdx.json"
done
