# What people do here. Each target sets up what it needs; `make demo` and `make test` work on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help demo demo-vision test test-slow check parity-node browser bench docs clean
help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP) ## train five routers from the embedded data, judge them, route eight prompts (runs/demo/)
	$(BIN)/pointsman demo --out runs/demo --overwrite

demo-vision: $(STAMP) ## train a router and three LoRA experts on synthetic screens, route six screens (runs/demo-vision/)
	$(BIN)/pointsman demo vision --out runs/demo-vision --overwrite

test: $(STAMP) ## run the tests
	OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 $(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-slow: $(STAMP) ## run the tests that `make test` leaves out
	OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 $(BIN)/pytest -m slow

NODE := src/pointsman/parity/node
parity-node: $(NODE)/.installed ## install what `pointsman verify --runtime node` needs (Node.js 20 or newer)
$(NODE)/.installed: $(NODE)/package.json $(NODE)/package-lock.json
	cd $(NODE) && ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm ci --no-audit --no-fund
	@touch $@

browser: ## install headless Chromium, which tests the page (Debian's packages; needs root)
	command -v chromium && command -v chromedriver || \
	  (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium chromium-driver)

check: $(STAMP) ## lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

BENCHES := $(sort $(patsubst benchmarks/%.py,%,$(filter-out benchmarks/common.py benchmarks/rivals.py benchmarks/load.py benchmarks/rival_server.py,$(wildcard benchmarks/*.py))))
bench: $(addprefix bench-,$(BENCHES)) ## run every benchmark (hours); make bench-NAME runs one

bench-%: $(STAMP)
	HF_HUB_OFFLINE=1 $(BIN)/python benchmarks/$*.py $(ARGS)

docs: $(STAMP) ## check the links of the user guide and write docs/cli.md from the commands' own help
	$(BIN)/python docs/build.py

clean: ## remove what make made
	rm -rf $(NODE)/node_modules $(NODE)/.installed
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
