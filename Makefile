# Two commands matter: `make run` starts the assistant, `make test` proves it. Both do all set-up themselves.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PYTHONWARNINGS := ignore
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
# Rasa's own tools log every message of the test stories; the product never does (bot/privacy/log_guard.py).
RASA := $(BIN)/python -W ignore -m rasa

.PHONY: help run test setup train serve lint types validate unit stories end-to-end evaluate bench check-texts screenshots system-packages lock audit clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: setup train ## Install, train when needed, and start the assistant.
	@exec $(BIN)/signaalwijzer serve --port $(PORT)

test: setup system-packages lint types check-texts validate train unit stories end-to-end evaluate ## Install and run everything.
	@echo "make test: alles groen"

setup: $(VENV)/.installed ## Install Python packages into .venv.

$(VENV)/.installed: requirements.lock pyproject.toml $(wildcard models/nl/dist/*.whl) scripts/bootstrap.sh
	@scripts/bootstrap.sh
	@touch $@

train: setup ## Train the model when data or configuration changed.
	@$(BIN)/signaalwijzer train

lint: setup ## Style of the code.
	@echo "== lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## Types of the code.
	@echo "== types"
	@$(BIN)/mypy

check-texts: setup ## What an editor may have broken: wording, contacts, ids.
	@echo "== texts and facts"
	@$(BIN)/signaalwijzer check

validate: setup ## Rasa's own check of the data.
	@echo "== rasa data validate"
	@$(RASA) data validate --fail-on-warnings > .make/validate.log 2>&1 || { tail -n 40 .make/validate.log; exit 1; }
	@$(BIN)/python scripts/nlu_report.py

unit: setup train ## Unit tests.
	@echo "== unit tests"
	@$(BIN)/pytest -q tests --ignore tests/end_to_end --ignore tests/browser

stories: setup train ## Rasa's test stories, with the real words of visitors.
	@echo "== rasa test"
	@$(RASA) test core --model models --stories tests/conversations --fail-on-prediction-errors \
		--out .make/stories > .make/stories.log 2>&1 || { tail -n 40 .make/stories.log; exit 1; }

end-to-end: setup train system-packages ## A real server, a real database, a real browser.
	@echo "== end to end"
	@$(BIN)/pytest -q tests/end_to_end tests/browser

evaluate: setup train ## Understanding and danger, with floors.
	@echo "== evaluation"
	@$(BIN)/signaalwijzer evaluate all --floors

bench: setup ## Measure beside stock Rasa, both trained on one message in twenty; takes two hours.
	@$(BIN)/python scripts/bench/run.py --every 20

screenshots: setup train system-packages ## Pictures of every page.
	@$(BIN)/python -m scripts.screenshots

system-packages: ## Chromium and PostgreSQL for the tests.
	@scripts/system-packages.sh

lock: ## Resolve pyproject.toml into requirements.lock.
	@uv pip compile --all-extras --python-version 3.11 --universal --generate-hashes --no-header --quiet \
		pyproject.toml -o requirements.lock

audit: ## Known vulnerabilities of everything in the lock file.
	@scripts/audit.sh

clean: ## Remove what was built; conversations in var/ too.
	rm -rf .make models/*.tar.gz var results .pytest_cache .mypy_cache .ruff_cache
