# make help lists what there is.
.DEFAULT_GOAL := help
GO ?= go

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## serve the shop with its data in ./data
	$(GO) run ./cmd/webshop

build: ## build bin/webshop
	$(GO) build -trimpath -o bin/webshop ./cmd/webshop

lambda: ## build bin/lambda-arm64.zip and bin/lambda-amd64.zip for AWS, the same bytes each time (docs/aws.md)
	@for arch in arm64 amd64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GO) build -trimpath -buildvcs=false -tags lambda.norpc -ldflags='-s -w -buildid=' -o bin/lambda-$$arch/bootstrap ./cmd/lambda && \
		$(GO) run ./cmd/lambda/pack bin/lambda-$$arch/bootstrap bin/lambda-$$arch.zip || exit 1; \
	done

# Most tests wait for a shop more than they compute: more of them run at a time than there are processors. SQLite is twenty
# times slower under the race detector: so the parts have it, and of the tests of the stores and of the whole shop those in
# which many do something at once. There a property draws 30 cases, not 100. make race runs all with the race detector, and 100.
stores = ./platform/database/sqlite ./platform/database/postgres
whole = ./app/... ./cmd/... ./deploy/aws/stage ./evidence/clustertest ./evidence/torture ./evidence/systemtest ./evidence/bench ./evidence/growth
parts = $$($(GO) list ./... | grep -vE '/(app|cmd|deploy/aws/stage|evidence/(clustertest|torture|simulation|systemtest|bench|growth)|database/(sqlite|postgres))(/|$$)')

test: setup ## everything that CI runs: checks, all tests, those of the parts with the race detector, then those in a browser by themselves
	$(MAKE) check
	RAPID_CHECKS=30 $(GO) test -race -p 3 -parallel 4 -timeout 40m $(parts)
	$(GO) test -p 2 -parallel 4 -timeout 40m $(stores)
	$(GO) test -p 2 -parallel 4 -timeout 40m $(whole)
	$(GO) test -race -parallel 4 -timeout 20m -run 'TestStore$$/once|concurrency|over|beyond|one_of_many' $(stores)
	$(GO) test -race -parallel 4 -timeout 20m -run 'AtOnce|Together|SystemTest$$|Live|TestStop' ./app
	$(GO) test -timeout 20m ./evidence/simulation
	$(GO) test -timeout 5m -run TestNoTextTakesMuchMemory ./rules
	$(deployment-tests)
	$(supply-tests)
	tools/fuzz.sh 2 quick
	$(browser-tests)

race: setup ## all tests but those in a browser with the race detector (half an hour or more)
	$(GO) test -race -p 3 -parallel 4 -timeout 40m ./...

# A module of its own, so that the shop does not depend on what these tools read.
supply-tests = (cd tools/supply && $(GO) vet ./... && $(GO) test -timeout 20m ./...) && tools/vulncheck.sh

sbom: ## write bin/webshop.cdx.json and bin/lambda.cdx.json: the modules in the last commit's binaries (CycloneDX)
	tools/sbom.sh

reproduce: ## build the last commit as the image does, twice, and compare the bytes (some minutes)
	tools/reproduce.sh

vulncheck: ## look for known vulnerabilities in what the shop calls; says so when their database cannot be reached
	tools/vulncheck.sh

simulate: ## many more seeds than make test runs (SEEDS=100000: an hour on two cores)
	$(GO) test -count=1 -timeout 12h ./evidence/simulation -run 'TestSimulation$$' -simulation.seeds=$(or $(SEEDS),100000)

setup: ## install what the tests need beside Go, where it is missing (Debian's packages, and checkers from npm)
	@tools/setup.sh

# By themselves, so that no other test makes them wait. Without the race detector, which the shop's own tests have, they
# take two thirds of the time. They always run: Go does not know when Chromium is another one.
browser-tests = $(GO) test -tags browser -count=1 -parallel 4 -timeout 40m ./evidence/browsertest

browser-test: setup ## the customer's journeys in a real Chromium, with axe-core: the last step of make test
	$(browser-tests)

# A module of its own, so that the shop does not depend on what reads compose and kubernetes files.
deployment-tests = cd deploy/check && $(GO) vet ./... && $(GO) test -timeout 5m ./...

deploy-test: ## check the deployment files (docs/deployment.md)
	$(deployment-tests)

check: ## format, vet, lint, module file, licences and generated code
	@unformatted=$$(gofmt -s -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$unformatted" || { echo "not formatted (make fmt): $$unformatted"; exit 1; }
	$(GO) vet -tags browser ./...
	$(GO) vet -tags crashpoints ./platform/crash
	$(GO) tool staticcheck -tags browser ./...
	$(GO) mod tidy -diff
	$(GO) test -count=1 -run 'TestArchitecture|TestContracts|TestGenerated|TestRegistry|TestSecurityPage' ./app
	$(GO) test -count=1 -run TestRegistry ./order
	$(GO) test -count=1 -run TestMade ./deploy/aws/template
	$(GO) test -count=1 ./deploy/aws/functions
	$(GO) test -count=1 ./cmd/licences

aws-stage: setup ## run the AWS template on this machine: functions, gateway, EventBridge (docs/aws.md; FLAGS=-kills=50)
	$(GO) run ./deploy/aws/stage $(FLAGS)

SEED ?= 1
torture: ## kill the shop 300 times and, as root, cut its power 100 times while customers order (some 10 minutes; SEED=2)
	$(GO) run ./cmd/webshop torture --seed $(SEED) --kills 300 $(if $(filter 0,$(shell id -u)),--power-cuts 100)

cluster-test: setup ## twelve processes, PostgreSQL and a NATS cluster, killed, cut off and upgraded under load (some 8 minutes on a quiet machine; make test has some minutes of it)
	$(GO) test -count=1 -timeout 90m -v ./evidence/clustertest -run 'TestCluster$$' -args -long -seed=$(SEED)

fmt: ## format all code
	gofmt -s -w $$(git ls-files -co --exclude-standard '*.go')

generate: ## make generated code and contract files anew; leaves no diff when they are up to date
	cd surfaces/graphql && $(GO) tool gqlgen generate --config gqlgen.yml
	$(GO) run ./cmd/contracts
	$(GO) run ./cmd/licences

screenshots: setup ## take the pictures in docs/screenshots anew
	$(GO) test -tags browser -count=1 -run '^TestScreenshots$$' ./evidence/browsertest -args -screenshots "$(CURDIR)/docs/screenshots"

lighthouse: setup ## score each page with Lighthouse (installs it on the first run; takes some minutes)
	evidence/browsertest/lighthouse.sh

bench: build ## measure a shop and the limits of this machine, and then the shop under three times what it can do (some four minutes)
	bin/webshop bench --half --overload

bench-overload: build ## measure five minutes of three times what a shop can do, after 200,000 orders (some ten minutes)
	bin/webshop bench --half --overload --overload-after 200000 --overload-for 5m --no-limits

bench-postgres: build ## the same of a shop on a PostgreSQL of its own, and what pgbench makes of that server (some two minutes)
	tools/bench-postgres.sh bin/webshop --half

growth: setup ## measure what each process costs, what more copies bring and what stored orders change (as root; some 3 hours, 40 GB)
	$(GO) test -count=1 -v -timeout 12h ./evidence/growth -growth $(FLAGS)

bench-compare: ## measure two revisions in turn (OLD=main NEW=. ROUNDS=5) and print the ratio
	tools/bench-compare.sh $(or $(OLD),main) $(or $(NEW),.) $(or $(ROUNDS),5)

bench-micro: ## run the benchmarks of single functions
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for FUZZTIME seconds (10), guided by coverage; compiles for minutes the first time
	tools/fuzz.sh $(or $(FUZZTIME),10)

.PHONY: help run build lambda sbom reproduce vulncheck aws-stage test race deploy-test setup browser-test check torture cluster-test simulate fmt generate screenshots lighthouse bench bench-overload bench-postgres bench-compare bench-micro fuzz
