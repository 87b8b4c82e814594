.DEFAULT_GOAL := help
PYTHON ?= python3
# The version and the path of the interpreter, if it will do; uv takes this one and fetches no other.
FOUND := $(shell $(PYTHON) -c 'import platform, sys; sys.version_info >= (3, 11) and print(platform.python_version(), sys._base_executable)' 2>/dev/null)
export UV_PYTHON := $(wordlist 2,99,$(FOUND))
export UV_PYTHON_DOWNLOADS := never
# The tests start many processes, and what one has compiled the next need not.
unexport PYTHONDONTWRITEBYTECODE
# The Python that the functions are deployed on.
RUNTIME := $(shell sed -n 's/.*runtime *= "python3\(.*\)"/3.\1/p' terraform/modules/function/main.tf)
CACHE := .cache
UV := $(shell command -v uv || echo $(CACHE)/uv/bin/uv)
RUN := $(UV) run --no-sync
# Each of the processes has a core for itself; threads would only wait for one another.
PYTEST := OPENBLAS_NUM_THREADS=1 $(RUN) pytest
# What to install: all, unless nothing but the demo is asked for, which has Amazon's recognizer only on request.
ASKED = $(filter-out demo dev,$(MAKECMDGOALS)) $(findstring rekognition,$(ARGS) $(RECOGNIZER))
PYTHON_PACKAGES = .venv/$(or $(if $(strip $(ASKED) $(wildcard .venv/all-*)),all),demo)-$(or $(firstword $(FOUND)),missing)
NODE_PACKAGES = node_modules/.$(or $(if $(strip $(ASKED) $(wildcard node_modules/.all)),all),demo)
MODEL := $(CACHE)/efficientnet-lite1.onnx
SAMPLE := $(CACHE)/sample/products.json
SHOP := $(CACHE)/shop/index.html
WIDGET := storefront/dist/script.js
VERSION := $(shell sed -n 's|.*"version": "\(.*\)".*|\1|p' storefront/package.json)
PACKAGE := storefront/visual-image-search-$(VERSION).tgz
RELEASE := build/release
FOR_A_PAGE = $(if $(findstring --origin,$(ARGS)),$(PACKAGE))
WIDGET_SOURCES := $(shell find storefront/src storefront/*.json storefront/*.ts storefront/*.js -type f)
PROOF := tests/terraform/environment
EXAMPLES := storefront/examples storefront/examples/next
INSTALLED_EXAMPLES := $(EXAMPLES:%=%/node_modules/.installed)
BY_FILE := --dist loadfile --no-loadscope-reorder
# $(call for,FOLDERS,FILES): the files, if tests of these folders are among the chosen ones.
CHOSEN = $(or $(filter tests/%,$(ARGS)),tests/)
for = $(if $(filter tests/ $(1:%=%%),$(CHOSEN)),$(2))

.PHONY: help setup demo dev test unit runtime check bench bundle storefront docs screenshot screenshots live release clean chromium

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(PYTHON_PACKAGES) $(NODE_PACKAGES) $(MODEL) $(SAMPLE) $(SHOP) ## install everything into this folder (.venv, node_modules, .cache)

demo: setup $(FOR_A_PAGE) ## the whole product on this machine (ARGS=--once to try it and leave)
	@$(RUN) python -m devstack.demo $(ARGS)

dev: setup $(FOR_A_PAGE) ## the local stack with the sample's products, until Ctrl-C (ARGS=--empty for none)
	@$(RUN) python -m devstack $(ARGS)

test: setup $(call for,tests/browser tests/bundle tests/e2e tests/storefront,$(PACKAGE)) ## every test that needs no account (ARGS=... goes to pytest)
test: $(call for,tests/terraform,$(CACHE)/terraform/installed)
test: $(call for,tests/browser,chromium $(INSTALLED_EXAMPLES))
	$(PYTEST) $(or $(ARGS),-n 3 $(BY_FILE) -m "not alone")
	$(if $(ARGS),,$(PYTEST) -m alone)

unit: $(PYTHON_PACKAGES) ## the quick tests, which need nothing but Python
	$(PYTEST) -n auto $(BY_FILE) tests/unit tests/property

runtime: setup ## the functions' tests on the Python that they are deployed on
	@if python=$$($(UV) python find --system --no-project $(RUNTIME) 2>/dev/null); then \
	  export UV_PYTHON="$$python" UV_PROJECT_ENVIRONMENT=$(CACHE)/python$(RUNTIME) && \
	  $(UV) sync --locked --quiet --no-default-groups --group test && \
	  $(PYTEST) -n 2 $(BY_FILE) -m "not alone" tests/unit tests/contract tests/functions; \
	else \
	  echo "Skipped: the functions are deployed on Python $(RUNTIME), which is not installed here" >&2; test "$$CI" != true; \
	fi

check: $(PYTHON_PACKAGES) $(NODE_PACKAGES) ## format, lint, types, which part may use which, and licenses
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python -m tests.repository.licenses
	node_modules/.bin/biome check
	npm run --silent check -w storefront

bench: setup $(WIDGET) ## the measured comparisons
	@$(RUN) python -m devstack.bench

bundle: setup ## the two functions' zips for Terraform (ARGS=... goes to visual-search bundle)
	@$(RUN) visual-search bundle $(ARGS)

storefront: setup $(PACKAGE) ## the InstantSearch widget as a package to install (storefront/*.tgz)
	@echo $(PACKAGE)

docs: $(PYTHON_PACKAGES) ## the tables in docs/ that are made from the code (ARGS=--check only looks)
	@$(RUN) python -m tools.reference $(ARGS)

screenshot: setup chromium ## the picture of the shop in the README
	@$(RUN) python -m tests.browser.screenshot --readme

screenshots: setup chromium ## every state of the widget as a picture (build/screenshots, ARGS=--only=phone)
	@$(RUN) python -m tests.browser.screenshot $(ARGS)

live: setup ## the contracts on the services themselves, with the keys that are set (tests/live; searches and pictures may be billed)
	$(PYTEST) -rs tests/live/live_catalogs.py tests/live/live_recognizers.py

release: setup $(PACKAGE) ## everything of a release with its checksums, in build/release (TAG=v1.2.3 must be the version)
	@test "$(or $(TAG),v$(VERSION))" = "v$(VERSION)" || \
	  { echo "The tag is $(TAG), and the version $(VERSION): tag v$(VERSION), or write the version of the tag" >&2; exit 1; }
	@rm -rf $(RELEASE) $(CACHE)/release && mkdir -p $(RELEASE)
	$(UV) build --wheel --quiet --no-create-gitignore --out-dir $(RELEASE)
	$(RUN) visual-search bundle --out $(CACHE)/release
	@cp $(PACKAGE) $(CACHE)/release/*.zip $(RELEASE)
	@cd $(RELEASE) && sums=$$($(shell command -v sha256sum || echo shasum -a 256) *) && echo "$$sums" | tee SHA256SUMS

clean: ## remove what set-up made
	rm -rf .venv $(CACHE) node_modules tests/browser/node_modules storefront/dist storefront/LICENSE storefront/*.tgz
	rm -rf $(foreach folder,$(EXAMPLES),$(folder)/node_modules $(folder)/dist $(folder)/.next)

define NEEDS_PYTHON
@test -n "$(FOUND)" || { echo "$(PYTHON) is not Python 3.11 or later: install it, or name it: make PYTHON=python3.13" >&2; exit 1; }
endef

define NEEDS_NODE
@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null || \
  { echo "Node.js 20.19 or later is missing: install it, and put it on the PATH" >&2; exit 1; }
@command -v npm >/dev/null || { echo "npm is missing: install it, it belongs to Node.js" >&2; exit 1; }
endef

# A stamp lies in what it stamps, and vanishes with it.
.venv/demo-%: pyproject.toml uv.lock | $(UV)
	$(NEEDS_PYTHON)
	@echo "Installing the Python packages of the demo into .venv: 140 MB to download, 330 MB on the disk"
	@$(UV) sync --locked --quiet --no-default-groups --group demo
	@touch $@

.venv/all-%: pyproject.toml uv.lock | $(UV)
	$(NEEDS_PYTHON)
	@echo "Installing all Python packages into .venv: 340 MB to download, 750 MB on the disk"
	@$(UV) sync --locked --quiet
	@touch $@

node_modules/.demo: package.json package-lock.json storefront/package.json
	$(NEEDS_NODE)
	@echo "Installing the Node packages of the demo into node_modules: 80 MB to download, 120 MB on the disk"
	@npm ci --workspace storefront --ignore-scripts --loglevel=error
	@touch $@

node_modules/.all: package.json package-lock.json storefront/package.json tests/js/package.json
	$(NEEDS_NODE)
	@echo "Installing all Node packages into node_modules: 150 MB to download, 290 MB on the disk"
	@npm ci --ignore-scripts --loglevel=error
	@touch $@

$(CACHE)/terraform/installed: $(PROOF)/pyproject.toml $(PROOF)/uv.lock | $(UV)
	$(NEEDS_PYTHON)
	@echo "Installing what checks the Terraform module into $(@D): 150 MB to download, 400 MB on the disk"
	@UV_PROJECT_ENVIRONMENT="$(abspath $(@D))" "$(abspath $(UV))" sync --locked --quiet --project $(PROOF)
	@touch $@

chromium: $(PYTHON_PACKAGES)
	@$(RUN) python -m tests.browser.chromium

# Each has a copy of the package: a link would find other packages than the example's own.
%/node_modules/.installed: %/package-lock.json $(WIDGET)
	npm ci --prefix $* --ignore-scripts --loglevel=error
	@touch $@

$(MODEL): $(wildcard tools/embedded_model/*.py) | $(PYTHON_PACKAGES)
	$(RUN) python -m tools.embedded_model --out $@

$(SAMPLE): devstack/demo/sample.py | $(PYTHON_PACKAGES) $(NODE_PACKAGES)
	$(RUN) python -m devstack.demo.sample --out $(@D)

$(SHOP): $(WIDGET_SOURCES) $(shell find storefront/shop -type f) | $(NODE_PACKAGES)
	npm run --silent build:shop -w storefront

$(WIDGET): $(WIDGET_SOURCES) | $(NODE_PACKAGES)
	npm run --silent build -w storefront

$(PACKAGE): $(WIDGET)
	npm pack -w storefront --pack-destination storefront --silent >/dev/null

$(CACHE)/uv/bin/uv:
	$(NEEDS_PYTHON)
	@$(PYTHON) -m venv $(CACHE)/uv
	@$(CACHE)/uv/bin/pip install --quiet 'uv>=0.9,<1'
