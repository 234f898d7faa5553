# The verbs of this project. Each works from a fresh clone with Python 3.11 or newer and make; CI uses the same ones.
#   make review REPO=path/to/app    review an application (without REPO: the example shop)
#   make test                       the tests: no network, no npm
#   make check                      ruff, formatting, types
#   make bench REPO=path/to/app     what each phase and each way of running it costs, beside a bare parse
#   make bench-table REPO=…         the same beside other tools from npm, into the README
#   make test-world                 the tests that need npm and the network
#   make libraries                  only those of rules/libraries against the real packages
#   make clean                      forget .venv and everything made
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
REPO ?= fixtures/express-shop
export REPO
# A fixture stands for a repository of its own.
ROOT = $(if $(filter fixtures/%,$(REPO)),--root "$$REPO")

.PHONY: review test check bench bench-table test-world libraries clean
.DEFAULT_GOAL := review

review: .venv/.installed
	@.venv/bin/python -m reviewer check $(ROOT) -- "$$REPO" || { status=$$?; [ $$status -eq 1 ] || exit $$status; }

test: .venv/.installed-dev
	@.venv/bin/python -m pytest -n auto $(ARGS)

check: .venv/.installed-dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

bench: .venv/.installed
	@.venv/bin/python tests/bench/bench.py "$$REPO"
	@.venv/bin/python tests/bench/runs.py "$$REPO"

bench-table: .venv/.installed
	@.venv/bin/python tests/bench/runs.py "$$REPO" --others --growth 1 10 40 --write

test-world: .venv/.installed-dev
	@.venv/bin/python -m pytest -s tests/world $(ARGS) && .venv/bin/python tests/world/start_fixtures.py \
		&& .venv/bin/python tests/world/consequences.py \
		&& .venv/bin/python tests/world/libraries.py

libraries: .venv/.installed-dev
	@.venv/bin/python tests/world/libraries.py $(ARGS)

clean:
	@rm -rf .venv .world dist .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "nodereview needs Python 3.11 or newer; name it with make PYTHON=path/to/python3" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (once, a minute at most) …" >&2
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input -e .
	@touch $@

.venv/.installed-dev: .venv/.installed
	@echo "Adding the development tools to .venv (once) …" >&2
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input -e '.[dev]'
	@touch $@
