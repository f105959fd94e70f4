# The commands of the house.  `make demo` and `make test` need Python 3.11, git and make, nothing else.
#   PY=python3.12    another interpreter, for the first set-up
#   ARGS="..."       more words for the demo or for pytest

PY ?= python3
INSTALLER ?= uv
export PY INSTALLER

BIN = .venv/bin
SETUP = requirements-setup.lock .ci/venv pyproject.toml
COVERED = sealing:97 signatures:97 ledger:97 registry:95
LOCK = UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile -q --universal --generate-hashes \
	--no-annotate --custom-compile-command "make lock" $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-pip bundle judges lint coverage gate check bench soak models words wheel lock clean

help: ## what there is to do
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 18

# --- set-up: a stamp for each lock file, so that a second run does nothing -----------------------

.venv/run.ok: requirements.lock $(SETUP)
	@echo "cablegram: setting up .venv" >&2
	@.ci/venv requirements.lock
	@touch $@

.venv/dev.ok: requirements-dev.lock .venv/run.ok
	@echo "cablegram: setting up what the tests need" >&2
	@.ci/venv requirements-dev.lock
	@touch $@

# What a browser needs to seal and to open; without node all the rest runs, and `make bundle` tries again.
build/bundle.ok: .ci/bundle .ci/npm $(wildcard browser/*) requirements-node.lock | .venv/run.ok
	@.ci/bundle
	@touch $@

build/judges.ok: .ci/judges .ci/npm requirements-judges.lock requirements-node.lock \
		$(wildcard tests/interop/package-lock.json) | .venv/dev.ok
	@.ci/judges
	@touch $@

setup: .venv/dev.ok build/bundle.ok ## install everything that work on the project needs

# --- the two commands of the README --------------------------------------------------------------

demo: .venv/run.ok build/bundle.ok ## one telegram through three offices
	@$(BIN)/cablegram demo $(ARGS)

test: .venv/dev.ok build/bundle.ok build/judges.ok ## all tests; soak has the long ones
	@mkdir -p build/coverage
	PATH="$(CURDIR)/build/tools:$$PATH" $(BIN)/python -m pytest -n 2 \
		$(if $(COVERAGE),--cov --cov-report=) $(ARGS)

test-pip: ## the same without uv
	@$(MAKE) test INSTALLER=pip

bundle: ## make again what a browser needs to seal and to open
	@rm -f build/bundle.ok
	@$(MAKE) build/bundle.ok

judges: ## try again to install the outside judges
	@rm -f build/judges.ok
	@$(MAKE) build/judges.ok

# --- the gate ------------------------------------------------------------------------------------

lint: .venv/dev.ok ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports --no-logo

coverage: ## all tests, then the gate on branch coverage
	@$(MAKE) test COVERAGE=1
	@$(MAKE) gate

gate: .venv/dev.ok ## branch coverage of the last covered run
	@short=; for each in $(COVERED); do \
		package=$${each%:*}; least=$${each#*:}; \
		echo "--- branch coverage of $$package, at least $$least %"; \
		$(BIN)/coverage report --include="src/cablegram/$$package/*" --fail-under=$$least \
			|| short="$$short $$package"; \
	done; \
	test -z "$$short" || { echo "cablegram: below what it must be:$$short" >&2; exit 1; }

check: lint coverage ## everything .ci/run holds a change to

# --- longer work ---------------------------------------------------------------------------------

bench: .venv/dev.ok build/bundle.ok build/judges.ok ## measures, each beside its peer
	@set -e; for bench in bench/[a-z]*.py; do \
		test -e "$$bench" || continue; echo "--- $$bench"; $(BIN)/python "$$bench"; done

soak: .venv/dev.ok build/bundle.ok build/judges.ok ## the long suites in full
	PATH="$(CURDIR)/build/tools:$$PATH" CABLEGRAM_SOAK=1 $(BIN)/python -m pytest -n 2 $(ARGS)

models: .venv/dev.ok ## the Spin models, and each fault they must find
	PYTHONPATH=src $(BIN)/python models/make.py
	$(BIN)/python -m pytest -n 2 tests/models tests/machines $(ARGS)

words: .venv/dev.ok ## bring the catalogues of all languages up to the code
	PYTHONPATH=src $(BIN)/python words/make.py

wheel: .venv/run.ok build/bundle.ok ## a wheel in dist/
	$(BIN)/python -m hatchling build -t wheel -d dist

# One file after the other: what is pinned for running is pinned alike for the tests.
lock: .venv/run.ok ## resolve the dependencies again, for 3.11 and newer
	$(LOCK) --python-version 3.11 --group setup -o requirements-setup.lock
	$(LOCK) --python-version 3.11 --extra cjk -o requirements.lock pyproject.toml
	$(LOCK) --python-version 3.11 --extra cjk --group dev -c requirements.lock \
		-c requirements-setup.lock -o requirements-dev.lock pyproject.toml
	$(LOCK) --python-version 3.12 --group judges -c requirements.lock -o requirements-judges.lock
	$(LOCK) --python-version 3.11 --group node -o requirements-node.lock

clean: ## all that can be made again
	rm -rf .venv build dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache src/cablegram/signer/static/age.*
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
