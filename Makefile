.DEFAULT_GOAL := help
PYTHON ?= python3
CACHE := .cache
UV := $(shell command -v uv || echo $(CACHE)/uv/bin/uv)
RUN := $(UV) run --no-sync
MODEL := $(CACHE)/efficientnet-lite2.onnx
SAMPLE := $(CACHE)/sample/products.json
INPUTS := pyproject.toml uv.lock package-lock.json
SHOP := $(CACHE)/shop/index.html
WIDGET := storefront/dist/script.js
VERSION := $(shell sed -n 's|.*"version": "\(.*\)".*|\1|p' storefront/package.json)
PACKAGE := storefront/visual-image-search-$(VERSION).tgz
RELEASE := build/release
FOR_A_PAGE = $(if $(findstring --origin,$(ARGS)),$(PACKAGE))
WIDGET_SOURCES := $(shell find storefront/src storefront/*.json storefront/*.ts storefront/*.js -type f)
TWO := -n 2 --dist loadfile --no-loadscope-reorder
PROOF := tests/terraform/environment
EXAMPLES := storefront/examples storefront/examples/next

.PHONY: help setup demo dev test check bench bundle storefront docs screenshot screenshots release clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(CACHE)/installed $(MODEL) $(SAMPLE) $(SHOP) ## install everything into this folder (.venv and .cache)

demo: setup $(FOR_A_PAGE) ## the whole product on this machine (ARGS=--once to try it and leave)
	@$(RUN) python -m devstack.demo $(ARGS)

dev: setup $(FOR_A_PAGE) ## the local stack alone, until Ctrl-C
	@$(RUN) python -m devstack $(ARGS)

test: setup $(PACKAGE) $(CACHE)/terraform/installed $(CACHE)/browser $(CACHE)/examples ## every test that needs no account (ARGS=... goes to pytest)
	$(RUN) pytest $(or $(ARGS),$(TWO) -m "not alone")
	$(if $(ARGS),,$(RUN) pytest -m alone)

check: setup ## format, lint, types and which part may use which
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	node_modules/.bin/biome check
	npm run --silent check -w storefront

bench: setup $(WIDGET) ## the measured comparisons
	@$(RUN) python -m devstack.bench

bundle: setup ## the two functions' zips for Terraform (ARGS=... goes to visual-search bundle)
	@$(RUN) visual-search bundle $(ARGS)

storefront: setup $(PACKAGE) ## the InstantSearch widget as a package to install (storefront/*.tgz)
	@echo $(PACKAGE)

docs: setup ## the tables in docs/ that are made from the code (ARGS=--check only looks)
	@$(RUN) python -m tools.reference $(ARGS)

screenshot: setup $(CACHE)/browser ## the picture of the shop in the README
	@$(RUN) python -m tests.browser.screenshot --readme

screenshots: setup $(CACHE)/browser ## every state of the widget as a picture (build/screenshots, ARGS=--only=phone)
	@$(RUN) python -m tests.browser.screenshot $(ARGS)

release: setup $(PACKAGE) ## everything of a release with its checksums, in build/release (TAG=v1.2.3 must be the version)
	@test "$(or $(TAG),v$(VERSION))" = "v$(VERSION)" || \
	  { echo "The tag is $(TAG), and the version $(VERSION): tag v$(VERSION), or write the version of the tag" >&2; exit 1; }
	@rm -rf $(RELEASE) $(CACHE)/release && mkdir -p $(RELEASE)
	$(UV) build --wheel --quiet --no-create-gitignore --out-dir $(RELEASE)
	$(RUN) visual-search bundle --out $(CACHE)/release
	@cp $(PACKAGE) $(CACHE)/release/*.zip $(RELEASE)
	@cd $(RELEASE) && $(shell command -v sha256sum || echo shasum -a 256) * | tee SHA256SUMS

clean: ## remove what set-up made
	rm -rf .venv $(CACHE) node_modules tests/browser/node_modules storefront/dist storefront/LICENSE storefront/*.tgz
	rm -rf $(foreach folder,$(EXAMPLES),$(folder)/node_modules $(folder)/dist $(folder)/.next)

$(CACHE)/installed: $(INPUTS) | $(UV)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or later" >&2; exit 1; }
	$(UV) sync --locked --quiet
	npm ci --ignore-scripts --loglevel=error
	@touch $@

$(CACHE)/terraform/installed: $(PROOF)/pyproject.toml $(PROOF)/uv.lock | $(UV)
	UV_PROJECT_ENVIRONMENT=$(abspath $(@D)) $(abspath $(UV)) sync --locked --quiet --project $(PROOF)
	@touch $@

$(CACHE)/browser: tests/browser/package-lock.json tests/browser/chromium.py | $(CACHE)/installed
	@$(RUN) python -m tests.browser.chromium
	@touch $@

# Each has a copy of the package: a link would find other packages than the example's own.
$(CACHE)/examples: $(EXAMPLES:%=%/package-lock.json) $(WIDGET)
	@printf '%s\n' $(EXAMPLES) | xargs -P 2 -I FOLDER npm ci --prefix FOLDER --ignore-scripts --loglevel=error
	@touch $@

$(MODEL): $(wildcard tools/embedded_model/*.py) | $(CACHE)/installed
	$(RUN) python -m tools.embedded_model --out $@

$(SAMPLE): devstack/demo/sample.py | $(CACHE)/installed
	$(RUN) python -m devstack.demo.sample --out $(@D)

$(SHOP): $(WIDGET_SOURCES) $(shell find storefront/shop -type f) | $(CACHE)/installed
	npm run --silent build:shop -w storefront

$(WIDGET): $(WIDGET_SOURCES) | $(CACHE)/installed
	npm run --silent build -w storefront

$(PACKAGE): $(WIDGET)
	npm pack -w storefront --pack-destination storefront --silent >/dev/null

$(CACHE)/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or later is missing: install it, or name it: make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(CACHE)/uv
	$(CACHE)/uv/bin/pip install --quiet 'uv>=0.9,<1'
