# The two main commands are `make run` and `make test`. `make help` lists the others.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help run stop test e2e load check fix bench faults attack reset lock messages environment
SHELL := /bin/sh
PYTHON := .venv/bin/python
# More arguments, such as: make test ARGS="-k register"
ARGS :=

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## Run the portal and its servers on http://localhost:8000 (PORT=8001 make run); Ctrl-C stops it
	@sh tools/bootstrap.sh run
	@exec $(PYTHON) -m echo_portal.local_servers.run

stop: ## Stop servers that were started by a command other than `make run`
	@$(PYTHON) -m echo_portal.local_servers.servers stop

test: environment ## Run all tests, with real servers and a real browser
	@exec sh tools/test.sh $(ARGS)

e2e: environment ## Run the browser tests only
	@exec sh tools/test.sh -m browser $(ARGS)

load: environment ## Run the full load tests: five rounds of the last place, 500 forms sent twenty times, ten years of rows
	@exec env LOAD=full sh tools/test.sh tests/load $(ARGS)

check: environment ## Check code, templates, migrations, translations and settings without running the portal
	@exec sh tools/check.sh

# djade ends with 1 if it changed a file.
fix: environment ## Format code and templates
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1 || true

bench: environment ## Measure pages, registrations and messages against a minimal baseline
	@exec sh tools/bench.sh $(ARGS)

faults: ## Kill, stop and disconnect every process repeatedly; print a table of results (twenty minutes)
	@sh tools/bootstrap.sh faults
	@exec sh tools/faults.sh $(ARGS)

attack: environment ## Send every request of which `make test` sends a sample: for rows of another hub in every role, and hostile forms; open exports in LibreOffice, documents in veraPDF
	@exec sh tools/test.sh -m attack --dist=load -rs $(ARGS)

reset: ## Empty the data folder var/: database, emails and everything else
	@sh tools/bootstrap.sh run
	@$(PYTHON) -m echo_portal.local_servers.servers reset

messages: environment ## Collect the messages to translate, and compile the translations
	@$(PYTHON) -m tools.messages write

lock: environment ## Update the requirements to the newest versions that pyproject.toml allows
	@exec sh tools/lock.sh

environment:
	@sh tools/bootstrap.sh dev
