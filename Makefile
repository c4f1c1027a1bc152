# make run: the portal on this machine.   make test: everything that is checked.   make help: the rest.

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
WORKERS ?= 2
MEMBERS ?= 100000
ROWS ?= 100000

# Settings as a production server has them, for check --deploy; with keys made up on the spot.
NEW_KEY = $$($(PYTHON) -c 'import config.environment as e; print(e.new_secret())')
PRODUCTION = DATABASE_URL=postgres://web@db.example/portal DATABASE_OWNER_URL=postgres://owner@db.example/portal \
	REDIS_URL=redis://broker.example/0 ALLOWED_HOSTS=portal.example DEBUG=no \
	SECRET_KEY="$(NEW_KEY)$(NEW_KEY)" FIELD_ENCRYPTION_KEYS="$(NEW_KEY)" BLIND_INDEX_KEY="$(NEW_KEY)"

# An empty home; the portal that is started in it lays the demo.
FRESH = $(PYTHON) -m config.local stop >/dev/null && rm -rf "$$PORTAL_HOME"

.PHONY: help run stop test lint format types checks pytest bench bench-import bench-returns bench-uploads crash messages lock clean slow soak office roundtrip

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: ## bootstrap, then the portal at http://127.0.0.1:8000/ until Ctrl-C
	@./bootstrap.sh
	@$(PYTHON) -m config.local run

stop: ## stop an embedded database that was left running
	@$(PYTHON) -m config.local stop

test: ## bootstrap, then lint, types, checks and all tests
	@./bootstrap.sh test
	@$(MAKE) --no-print-directory lint types checks pytest

lint: ## style, by ruff
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: ## put the style right
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: ## types, by mypy
	$(PYTHON) -m mypy .

checks: ## Django's own checks, also with production settings, and that no migration is missing
	$(MANAGE) check --fail-level WARNING
	@echo "manage.py check --deploy, with production settings"
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) makemigrations --check

pytest: ## the tests alone
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile

bench: ## the members list at scale, in a home of its own: make bench MEMBERS=1000000
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/bench" DEBUG=1; \
	$(MANAGE) migrate --verbosity 0 && $(MANAGE) scale_data --unions 500 --members $(MEMBERS) && \
	$(PYTHON) -m tests.benchmarks lists

bench-import: ## 100,000 members imported, against a bare COPY of the same rows, in the home of bench
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/bench" DEBUG=1; \
	$(MANAGE) migrate --verbosity 0 && $(MANAGE) scale_data --unions 220 --members 12000 && \
	$(PYTHON) -m tests.benchmarks import_members

bench-returns: ## a return of ROWS=100000 changes of members, against COPY and another import, in the home of bench
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/bench" DEBUG=1 ROWS=$(ROWS); \
	$(MANAGE) migrate --verbosity 0 && $(MANAGE) scale_data --unions 220 --members 12000 && \
	$(PYTHON) -m tests.benchmarks returns

slow: ## the browser's stories in a browser ten times slower: one that does not wait for its page fails
	SLOWER=10 $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile tests/browser

soak: ## a thousand made-up returns, written by two writers and read back
	EXAMPLES=1000 $(PYTHON) -m pytest -q tests/unions/returns/test_properties.py

bench-uploads: ## 60 returns uploaded by 8 clients while pages are read, against the running portal
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/uploads"; $(FRESH) && $(PYTHON) -m tests.benchmarks uploads

crash: ## returns filed while processes are killed, the broker flushed, the database crashed: half an hour
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/crash"; $(FRESH) && $(PYTHON) -m tests.crash

roundtrip: ## every return of the demo's half-year filed again from its rows: the same figures come out
	@export PORTAL_HOME="$${PORTAL_HOME:-var}/roundtrip" DEBUG=1; \
	$(MANAGE) migrate --verbosity 0 && $(MANAGE) load_demo && \
	$(PYTHON) -m tests.benchmarks round_trip

office: ## the template of the return opened and saved by LibreOffice, which is installed for it
	@./bootstrap.sh office
	$(PYTHON) -m pytest -q -m office tests/office

messages: ## collect the texts to be translated into locale/
	$(MANAGE) makemessages --all --no-location --no-wrap --ignore .venv --ignore var

lock: ## resolve pyproject.toml into requirements.lock, which holds hashes and no address
	.venv/bin/uv pip compile --universal --generate-hashes --no-header --group dev --output-file requirements.lock pyproject.toml

clean: ## remove what can be made again: caches and the tests' database, never the portal's data
	-@PORTAL_HOME="$${PORTAL_HOME:-var}/test" $(PYTHON) -m config.local stop >/dev/null
	rm -rf .mypy_cache .ruff_cache .pytest_cache test-results "$${PORTAL_HOME:-var}/test"
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
