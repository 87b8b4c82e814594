.DEFAULT_GOAL := help
PYTHON ?= python3
CACHE := .cache
UV := $(shell command -v uv || echo $(CACHE)/uv/bin/uv)
RUN := $(UV) run --no-sync
MODEL := $(CACHE)/efficientnet-lite0.onnx
SAMPLE := $(CACHE)/sample/products.json
INPUTS := pyproject.toml uv.lock tests/js/package-lock.json
PROOF := tests/terraform/environment

.PHONY: help setup demo dev test check bench bundle docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(CACHE)/installed $(MODEL) $(SAMPLE) ## install everything into this folder (.venv and .cache)

demo: setup ## the whole product on this machine (ARGS=--once to try it and leave)
	@$(RUN) python -m devstack.demo $(ARGS)

dev: setup ## the local stack alone, until Ctrl-C
	@$(RUN) python -m devstack $(ARGS)

test: setup $(CACHE)/terraform/installed ## every test that needs no account (ARGS=... goes to pytest)
	$(RUN) pytest $(ARGS)

check: setup ## format, lint, types and the arrows between the parts
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

bench: setup ## the measured comparisons
	@$(RUN) python -m devstack.bench

bundle: setup ## the two functions' zips for Terraform (ARGS=... goes to tools bundle)
	@$(RUN) tools bundle $(ARGS)

docs: setup ## the tables in docs/ that are made from the code (ARGS=--check only looks)
	@$(RUN) python -m tools.reference $(ARGS)

clean: ## remove what set-up made
	rm -rf .venv $(CACHE) tests/js/node_modules

$(CACHE)/installed: $(INPUTS) | $(UV)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later" >&2; exit 1; }
	$(UV) sync --locked --quiet
	npm ci --prefix tests/js --ignore-scripts --loglevel=error
	@touch $@

$(CACHE)/terraform/installed: $(PROOF)/pyproject.toml $(PROOF)/uv.lock | $(UV)
	UV_PROJECT_ENVIRONMENT=$(abspath $(@D)) $(abspath $(UV)) sync --locked --quiet --project $(PROOF)
	@touch $@

$(MODEL): $(wildcard tools/embedded_model/*.py) | $(CACHE)/installed
	$(RUN) python -m tools.embedded_model --out $@

$(SAMPLE): devstack/demo/sample.py | $(CACHE)/installed
	$(RUN) python -m devstack.demo.sample --out $(@D)

$(CACHE)/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or later is missing: install it, or name it: make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(CACHE)/uv
	$(CACHE)/uv/bin/pip install --quiet 'uv>=0.9,<1'
