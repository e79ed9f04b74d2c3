# make help says what there is.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Go keeps its caches under HOME; a build machine may have none.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.cache/home
$(shell mkdir -p .cache/home && echo '*' > .cache/.gitignore)
endif

# Where Go files of ours are.
GODIRS := api cmd datasets matcher migrations .ci

# The tools that are built, not installed, in their versions; golangci-lint brings the same gofumpt with it.
GOFUMPT := mvdan.cc/gofumpt@v0.9.2
GOLANGCI := v2.11.4
TOOLS := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/labourmatch/golangci-lint-$(GOLANGCI)

# Git refuses a checkout that belongs to somebody else, and go build stops with it; the version is then unknown.
VCS := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false)
BUILD := CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS)

# The race detector needs a C compiler.
RACE = $(shell [ "$$(go env CGO_ENABLED 2>/dev/null)" = 1 ] && command -v $$(go env CC | cut -d' ' -f1) >/dev/null 2>&1 && echo -race)

# PKG=./matcher/... narrows test, test-long, bench and lint to some packages; ARGS= goes to the program or to go test.
PKG ?= ./...
ARGS ?=

# What bench-peers measures.
SIZES ?= M,L
TABLES ?= peers,general,what-if

.PHONY: help demo test test-long bench bench-peers lint build fmt clean

help: ## this list
	@echo 'labourmatch: where labour is short, where it is idle, and what could be placed'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PKG=./matcher/...  narrows test, test-long, bench and lint to some packages'
	@echo '  SIZES=M,L,W        which sizes bench-peers measures'
	@echo '  TABLES=general     which of its tables: peers, general, what-if'
	@echo "  ARGS='...'         is handed to the program (demo) or to go test (the tests)"

build: ## build the program into bin/labourmatch (static, no C needed)
	@.ci/need build
	$(BUILD) -o bin/labourmatch ./cmd/labourmatch

demo: build ## real figures for Germany and Norway: the report here, then a page to look at; Ctrl-C ends it
	bin/labourmatch demo $(ARGS)

test: ## everything that must hold, in minutes; LABOURMATCH_LONG=0.1 takes a tenth of test-long with it
	@.ci/need test
	@echo go test $(RACE) $(ARGS) $(PKG)
	@go test $(RACE) -timeout 20m -json $(ARGS) $(PKG) | go run .ci/tally/main.go $(TALLY)

test-long: ## the full counts: thousands of instances against other solvers; may take an hour
	@.ci/need test
	@echo LABOURMATCH_LONG=1 go test $(ARGS) $(PKG)
	@LABOURMATCH_LONG=1 go test -timeout 60m -json $(ARGS) $(PKG) | go run .ci/tally/main.go $(TALLY)

bench: ## the benchmarks, with memory; compare ratios between two commits, not seconds between machines
	@.ci/need build
	go test -run '^$$' -bench . -benchmem $(ARGS) $(PKG)

bench-peers: build ## against LEMON on markets, general networks and what-ifs, into docs/performance.md; SIZES=M,L,W takes hours
	@.ci/need peers
	go run .ci/peers/*.go -sizes $(SIZES) -tables $(TABLES) -into docs/performance.md

# golangci-lint checks the format too (gofumpt); .ci/tally and .ci/peers are no packages of the module and are named apart.
lint: $(TOOLS)/golangci-lint ## what CI refuses: golangci-lint, gofumpt, go vet, an untidy go.mod
	@status=0; \
	for check in 'go mod verify' 'go mod tidy -diff' 'go vet $(PKG)' \
		'$(TOOLS)/golangci-lint run $(PKG)' '$(TOOLS)/golangci-lint run .ci/tally/main.go' '$(TOOLS)/golangci-lint run .ci/peers/main.go .ci/peers/general.go .ci/peers/whatif.go'; \
	do echo "$$check"; $$check || { status=1; echo "failed: $$check" >&2; }; done; \
	exit $$status

$(TOOLS)/golangci-lint:
	@.ci/need build
	@echo 'building golangci-lint $(GOLANGCI), once: about two minutes'
	GOBIN=$(TOOLS) GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)

fmt: ## format the Go files (gofumpt)
	find $(GODIRS) -name node_modules -prune -o -name '*.go' -print | xargs go run $(GOFUMPT) -w

clean: ## remove what make and the tests have built here
	rm -rf bin
	go clean -testcache
