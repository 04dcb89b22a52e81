# FeedSpine. `make help` lists what there is.

RELEASE := swift build -c release -Xswiftc -cross-module-optimization
PROGRAM := .build/release/feedspine-run
# Warnings of our own code are errors wherever the tests run.
STRICT  := FEEDSPINE_STRICT=1

.PHONY: run test build check examples api api-surface simulate planted speed lint format docs bench bench-batch bench-compare
.PHONY: read-by-others bench-polling soak sanitize sanitize-html dist image try-package release-check install uninstall clean help

run: build ## Build, then run the example pipeline
	$(PROGRAM) pipelines/news.yaml

test: ## Everything that must hold: build without warnings, lint, all tests, schemas, examples
	@scripts/setup --tests
	$(STRICT) swift build --build-tests
	@$(MAKE) --no-print-directory lint
	$(STRICT) swift test --skip-build --skip EndToEndTests
	$(STRICT) swift test --skip-build --filter EndToEndTests
	@$(MAKE) --no-print-directory simulate
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory examples
	@$(MAKE) --no-print-directory read-by-others

build: ## The release build
	@scripts/setup
	FEEDSPINE_VERSION=$$(scripts/version) $(RELEASE) --product feedspine-run

check: ## Schemas and reference are up to date, every example is valid
	@$(STRICT) swift build --product feedspine-run
	scripts/generate --check "$$(swift build --show-bin-path)/feedspine-run"
	"$$(swift build --show-bin-path)/feedspine-run" validate --warnings-as-errors pipelines/*.yaml
	scripts/check-packaging "$$(swift build --show-bin-path)/feedspine-run"
	scripts/api-surface --check "$$(swift build --show-bin-path)"

api-surface: ## Write docs/api/ anew after a change of what is public
	@$(STRICT) swift build --product feedspine-run
	scripts/api-surface "$$(swift build --show-bin-path)"

api: ## What a program of a user's would no longer compile with: make api REV=0.3.0 (the last tag if left out)
	scripts/api-changes $(REV)

examples: ## The packages under Examples/: built, and run as their READMEs say
	@$(STRICT) scripts/examples

simulate: ## The engine in a simulated world: 1,000 seeds, and faults that must be found
	@$(STRICT) swift build --product simulate
	scripts/simulate "$$(swift build --show-bin-path)/simulate"

planted: ## Write into docs/guarantees.md anew which seed finds which planted fault
	@$(STRICT) swift build --product simulate
	scripts/planted "$$(swift build --show-bin-path)/simulate"

speed: ## Runs a second of the simulation, on all cores
	swift build -c release --product simulate
	scripts/simulated-speed "$$(swift build -c release --show-bin-path)/simulate"

lint: ## Formatting, with the rules of .swift-format
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Examples

format: ## Put the formatting right
	swift format --in-place --recursive --parallel Package.swift Sources Tests Examples

docs: build ## Write schemas/ and the generated reference anew
	scripts/generate "$(PROGRAM)"

bench: build ## Speed, as ratios beside other programs (see Benchmarks/README.md)
	Benchmarks/run

bench-batch: build ## What streaming changes: the same slow feeds with mode: batch and mode: stream
	Benchmarks/batch-and-stream .build/release/feedspine-run docs/batch-and-stream.svg

bench-compare: ## Instructions of small cases beside those of a revision (REV=…, default main); 1 where one takes 5 % more
	Benchmarks/compare "$(or $(REV),main)"

bench-polling: build ## 10,000 feeds from a server on this machine, beside asyncio with feedparser and fastfeedparser
	Benchmarks/polling

soak: ## The long proofs: many kills, long fuzzing, 10,000 seeds more each time
	@scripts/setup --tests
	FEEDSPINE_SOAK=1 swift test
	swift run -c release simulate --count 10000 --progress .build/simulated-seeds

# Not the thread sanitizer: it does not know Swift's Mutex on Linux and reports what stands under its lock.
sanitize: ## All tests under the address sanitizer
	@scripts/setup --tests
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize address --scratch-path .build-address

sanitize-html: ## What `clean: {html: safe}` leaves of 275 attacks, in a headless Chromium: nothing may run
	@swift build --product feedspine-run
	scripts/sanitiser-in-chromium "$$(swift build --show-bin-path)/feedspine-run"

read-by-others: ## The feeds that `pipelines/planet.yaml` writes, read by feedparser and lxml where Python has them
	@$(STRICT) swift build --product feedspine-run
	scripts/read-by-others "$$(swift build --show-bin-path)/feedspine-run"

dist: ## What is shipped, in dist/: .tar.gz and .deb, everything but the C library linked in
	@scripts/setup --dist
	scripts/dist

image: ## The container image feedspine:VERSION
	version=$$(scripts/version) && docker build --tag "feedspine:$$version" --build-arg FEEDSPINE_VERSION="$$version" \
		--build-arg SOURCE_DATE_EPOCH="$$(scripts/version --date)" .

try-package: ## Try what stands in dist/ in a bare tree of Debian 12, without network (as root)
	scripts/try-package

release-check: ## Everything that must hold before a release (docs/releasing.md)
	scripts/release-check

# Neither builds anything: root, who installs, may have no compiler.
install: ## What `make dist` or `make build` has built, into PREFIX (default /usr/local)
	scripts/install-built

uninstall: ## Take it away again
	scripts/install-built --uninstall

clean: ## Remove what was built
	rm -rf .build .build-address .build-dist dist

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 15
