# The verbs one needs: run, test, lint. Nothing but python3 (3.11 or later, with venv) and make has to be there before.

PYTHON ?= python3
# HOST, PORT, WORKERS and SEED are settings as all others: from make's command line, the environment or .env (README).

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps

.PHONY: help run site test check lint format lock fixtures screenshot lighthouse clean

help:
	@echo "make run        set everything up and serve the site, on http://127.0.0.1:8000/ if nothing else is set"
	@echo "make test       set everything up and run every test"
	@echo "make check      lint, and the tests but those with a browser, of kills and on a second database: minutes"
	@echo "make lint       check style, types and templates, and that everything is used"
	@echo "make format     put the code into its format"
	@echo "make fixtures   make fixtures/ again from their sources"
	@echo "make screenshot take README's picture again, in Chromium"
	@echo "make lighthouse ask Lighthouse about a running site (needs npx and Chromium)"
	@echo "make lock       pin the newest versions that requirements/*.in allow"
	@echo "make clean      remove what was installed; data in var/ stay"

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Coterie needs Python 3.11 or later; $(PYTHON) is older. Say which to use: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "A virtual environment could not be made. On Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/runtime: requirements/runtime.txt | $(VENV)/python
	@echo "Installing what the site needs (once) ..."
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt | $(VENV)/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r requirements/dev.txt
	@touch $(VENV)/runtime $@

site: $(VENV)/runtime
	@$(BIN)/python manage.py prepare_site

run: $(VENV)/runtime
	@exec $(BIN)/python manage.py serve

test: $(VENV)/dev
	@$(BIN)/python -m tests

check: lint
	@$(BIN)/python -m tests --short

lint: $(VENV)/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@git ls-files -z 'templates/*.html' ':!templates/jinja2/*' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/mypy .
	@! $(BIN)/vulture | grep -E "unused (class|function|method|property)"

format: $(VENV)/dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@git ls-files -z 'templates/*.html' ':!templates/jinja2/*' | xargs -0 $(BIN)/djade --target-version 5.2

fixtures: $(VENV)/dev
	@DATABASE_URL=sqlite:///:memory: $(BIN)/python manage.py make_fixtures

screenshot: $(VENV)/dev
	@UPDATE_SCREENSHOT=1 $(BIN)/python -m pytest tests/browser -k "screenshot or shared" -q

# Beside the tests: a measurement in seconds wants a quiet machine.
LIGHTHOUSE_PAGES ?= / /authors/tom-henighan/ /papers/2001.08361/
lighthouse:
	@command -v npx >/dev/null || { echo "Lighthouse comes by npx. On Debian: apt install npm chromium"; exit 1; }
	@for page in $(LIGHTHOUSE_PAGES); do \
	  CHROME_PATH="$${CHROME_PATH:-$$(command -v chromium)}" npx --yes lighthouse "http://$(or $(HOST),127.0.0.1):$(or $(PORT),8000)$$page" --quiet \
	    --chrome-flags="--headless=new --no-sandbox" --output=json | $(PYTHON) -c 'import json, sys; \
	    found = json.load(sys.stdin)["categories"].values(); \
	    print(sys.argv[1], *("%s %.0f," % (one["title"], one["score"] * 100) for one in found))' "$$page" || exit 1; done

lock: $(VENV)/dev
	@for set in runtime dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --prerelease=if-necessary-or-explicit requirements/$$set.in -o requirements/$$set.txt; done

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
