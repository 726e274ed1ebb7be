# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help run stop test e2e load check fix bench faults reset lock messages environment
SHELL := /bin/sh
PYTHON := .venv/bin/python
# More words for pytest: make test ARGS="-k register"
ARGS :=

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## The portal on http://localhost:8000 (PORT=8001 make run), with everything it needs; Ctrl-C stops it
	@sh tools/bootstrap.sh run
	@exec $(PYTHON) -m echo_portal.local_servers.run

stop: ## Stop the servers that a command outside `make run` started
	@$(PYTHON) -m echo_portal.local_servers.servers stop

test: environment ## Every test, against real servers and a real browser
	@exec sh tools/test.sh $(ARGS)

e2e: environment ## The browser tests only
	@exec sh tools/test.sh -m browser $(ARGS)

load: environment ## The load tests in full: five rounds of the last seat, 500 forms sent twenty times, ten years of rows
	@exec env LOAD=full sh tools/test.sh tests/load $(ARGS)

check: environment ## Everything that can be known without running the portal
	@exec sh tools/check.sh

fix: environment ## Put code and templates in order
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0 $(PYTHON) -m djade --target-version 6.1

bench: environment ## What pages and registrations cost, beside bare ones on the same machine
	@exec sh tools/bench.sh $(ARGS)

faults: environment ## Kill, stop and cut off every part of it, again and again; a table of what held (twenty minutes)
	@exec sh tools/faults.sh $(ARGS)

reset: ## Empty the data folder: database, mail, everything in var/
	@sh tools/bootstrap.sh run
	@$(PYTHON) -m echo_portal.local_servers.servers reset

messages: environment ## Collect the sentences to translate, and compile the translations
	@$(PYTHON) -m tools.messages write

lock: environment ## Resolve the newest versions within the floors and ceilings of pyproject.toml
	@exec sh tools/lock.sh

environment:
	@sh tools/bootstrap.sh dev
