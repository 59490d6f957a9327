# make help lists what there is.
.DEFAULT_GOAL := help
GO ?= go

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## serve the shop with its data in ./data
	$(GO) run ./cmd/webshop

build: ## build bin/webshop
	$(GO) build -trimpath -o bin/webshop ./cmd/webshop

test: setup ## everything that CI runs: checks, then all tests with the race detector
	$(MAKE) check
	$(GO) test -race -timeout 10m ./...
	$(GO) test -timeout 5m ./simulation

simulate: ## many more seeds than make test runs (SEEDS=100000: some 20 minutes on two cores)
	$(GO) test -count=1 -timeout 12h ./simulation -run 'TestSimulation$$' -simulation.seeds=$(or $(SEEDS),100000)

setup: ## install what the tests need beside Go, where it is missing (Debian's packages)
	@tools/setup.sh

setup-browser: setup ## install Chromium, and axe-core from npm, for the browser tests
	@tools/setup.sh browser

browser-test: setup-browser ## the customer's journeys in a real Chromium, with axe-core (some minutes; not in CI yet)
	$(GO) vet -tags browser ./web/browsertest
	$(GO) test -tags browser -race -count=1 -timeout 10m ./web/browsertest

check: ## format, vet, lint, module file and generated code
	@unformatted=$$(gofmt -s -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$unformatted" || { echo "not formatted (make fmt): $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff
	$(GO) test -count=1 -run 'TestArchitecture|TestContracts|TestGenerated' ./app

fmt: ## format all code
	gofmt -s -w $$(git ls-files -co --exclude-standard '*.go')

generate: ## make generated code and contract files anew; leaves no diff when they are up to date
	cd database && $(GO) tool gqlgen generate --config gqlgen.yml
	$(GO) run ./cmd/contracts

screenshots: setup-browser ## take the pictures in docs/screenshots anew
	$(GO) test -tags browser -count=1 -run '^TestScreenshots$$' ./web/browsertest -args -screenshots "$(CURDIR)/docs/screenshots"

lighthouse: setup-browser ## score each page with Lighthouse (installs it on the first run; takes some minutes)
	web/browsertest/lighthouse.sh

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for a few seconds
	$(GO) test -run '^$$' -fuzz FuzzOpen -fuzztime 10s ./event

.PHONY: help run build test simulate setup setup-browser browser-test check fmt generate screenshots lighthouse bench fuzz
