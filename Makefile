# SPDX-License-Identifier: Apache-2.0
#
# `make help` lists the targets. What they need: Go, make, and a C compiler for
# the race detector. Everything else is built from source.

# Static binaries; also one build cache for all that is not a race build.
export CGO_ENABLED = 0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  = -s -w -X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=$(VERSION) -X main.release=$(VERSION)

# Generators and the linter, at the versions that hack/tools/go.mod pins.
TOOLS := $(CURDIR)/.cache/tools

# The module folders: the provider's, and those that keep their dependencies out of it.
MODULES = . hack/tools cluster/local cluster/functions

# Integration tests are those under test/integration and test/e2e; all else needs no control plane.
UNIT = $$(go list ./... | grep -v -e /test/integration -e /test/e2e)

# How long each fuzz test and each benchmark runs.
FUZZTIME  ?= 30s
BENCHTIME ?= 1s

comma := ,
step = @printf '\n==> %s\n' "$(1)"

# What a part of the tests is called and how long it may take, and its commands.
# At its end it says how long it took.
define timed
	@printf '\n==> %s (%s)\n' '$(1)' '$(2)'
	@began=$$(date +%s); set -e; $(3); \
	printf '==> %s took %s s\n' '$(1)' $$(($$(date +%s) - began))
endef

# When make began.
BEGAN := $(shell date +%s)

.DEFAULT_GOAL := help

##@ Use

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Start a control plane, packetsim and the provider, and show BgpSessions, and claims of servers, becoming Ready; ONCE=1 ends by itself
	@mkdir -p bin && go build -o bin/demo ./cmd/demo
	@bin/demo $(if $(ONCE),--once)

.PHONY: build
build: ## Build the provider and packetsim into bin/
	@mkdir -p bin
	go build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/provider ./cmd/packetsim

.PHONY: packages
packages: ## Build the Configuration packages of examples/compositions into bin/
	@for style in namespaced claim; do \
		go -C cluster/local run ./cmd/xpkg $(CURDIR)/examples/compositions/$$style $(CURDIR)/bin/bgp-server-$$style.xpkg || exit 1; \
	done

.PHONY: run
run: build ## Run the provider against the cluster of the current KUBECONFIG; its flags go into ARGS
	bin/provider $(ARGS)

##@ Test

.PHONY: test
test: test-unit integration e2e ## Run the tests with the race detector: unit, integration, and end to end on Crossplane
	@printf '\n==> All tests passed; they took %s s\n' $$(($$(date +%s) - $(BEGAN)))

.PHONY: test-unit
test-unit: ## Run the tests that need no control plane
	$(call timed,Unit tests,about 5 min the first time and when packetsim changed$(comma) else under 1 min, \
		CGO_ENABLED=1 go test -race $(UNIT))

.PHONY: integration
integration: ## Run the tests against a real etcd and Kubernetes API server
	@mkdir -p bin && go build -o bin/demo ./cmd/demo
	$(call timed,Building control plane and Crossplane,up to 8 min the first time$(comma) then at once, \
		bin/demo --build)
	$(call timed,Integration tests,5 to 10 min, \
		CGO_ENABLED=1 go test -race -count=1 -parallel 8 -timeout 30m ./test/integration/...)

.PHONY: e2e
e2e: ## Run the compositions of examples/ on Crossplane's core, with the provider and packetsim
	$(call timed,Building the packages of the compositions,up to 1 min the first time$(comma) then seconds, \
		$(MAKE) --no-print-directory packages)
	$(call timed,What the compositions ask of Crossplane,up to 1 min the first time$(comma) then seconds, \
		go -C cluster/functions test -count=1 ./...)
	$(call timed,End-to-end tests,5 to 10 min, \
		CGO_ENABLED=1 go test -race -count=1 -parallel 8 -v -timeout 40m ./test/e2e)

.PHONY: conformance
conformance: ## Compare packetsim with the Packet API, and with its OpenAPI document if PACKET_OPENAPI names it
	$(call step,packngo's acceptance tests (about 4 min$(comma) in which one of them sleeps))
	go test -count=1 -v ./test/conformance

.PHONY: bench
bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) $(UNIT)

.PHONY: fuzz
fuzz: ## Run each fuzz test for FUZZTIME
	@grep -rEo --include='*_test.go' 'func Fuzz[A-Za-z0-9_]+' config internal cmd packetsim | while IFS=: read -r file func; do \
		go test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")" || exit 1; \
	done

##@ Change

.PHONY: generate
generate: $(TOOLS)/controller-gen $(TOOLS)/angryjet $(TOOLS)/goimports ## Generate the API types and the CRDs from config/
	PATH="$(TOOLS):$$PATH" go run ./cmd/generator

.PHONY: fmt
fmt: $(TOOLS)/golangci-lint ## Format the Go code
	$(TOOLS)/golangci-lint fmt

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Run the linters
	$(TOOLS)/golangci-lint run

.PHONY: verify
verify: generate lint ## Check that generated code, modules and format are as committed; fails on a dirty tree
	$(TOOLS)/golangci-lint fmt --diff
	@for module in $(MODULES); do go -C $$module mod tidy -diff || exit 1; done
	@test -z "$$(git status --porcelain)" || { git status --short; git --no-pager diff --stat; echo 'The tree is not what is committed.'; exit 1; }

.PHONY: tools
tools: $(TOOLS)/controller-gen $(TOOLS)/angryjet $(TOOLS)/goimports $(TOOLS)/golangci-lint ## Build the generators and the linter into .cache/tools

$(TOOLS)/%: hack/tools/go.mod hack/tools/go.sum
	$(call step,building $*$(if $(findstring lint,$*), (about 3 min the first time)))
	@go -C hack/tools build -o $(TOOLS)/ $$(go -C hack/tools list tool | grep '/$*$$')
	@touch $@

.PHONY: clean
clean: ## Remove bin/ and .cache/
	rm -rf bin .cache
