# The commands of this project. Each sets up what it needs; repeating is instant.
.PHONY: help run setup test soak mutants pictures check format lock clean
.DEFAULT_GOAL := help

# mosquitto is where Debian puts services, or in .venv/bin when setup could only unpack it.
export PATH := $(PATH):$(CURDIR)/.venv/bin:/usr/local/sbin:/usr/sbin:/sbin

help: ## show this
	@echo "make <command>:"
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  \1|/' | while IFS='|' read -r name text; do printf '%-9s %s\n' "$$name" "$$text"; done

run: ## start broker, collector and pages with a virtual table that plays by itself
	@scripts/setup run
	@exec .venv/bin/ebs run $(ARGS)

setup: ## make this checkout ready, with what the tests need
	@scripts/setup dev

test: ## run the tests (ARGS="-k readmodel" chooses)
	@scripts/setup dev
	@.venv/bin/python -m compileall -q collector edge tests tools  # the first tests start stacks, and time them
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=10 $(ARGS)

soak: ## run what takes hours, before a release (ARGS="-k campaign" chooses among the tests)
	@scripts/setup dev
	@failed=0; \
	echo "1/2 tests marked soak: each is named as it begins"; \
	.venv/bin/python -m pytest -m soak -v -o timeout=0 $(ARGS) || failed=1; \
	echo "2/2 ebs bench edge --full"; \
	.venv/bin/ebs bench edge --full || failed=1; \
	exit $$failed

mutants: ## plant 100 small faults, print those that no test notices (ARGS="--seed 7 --room hand")
	@scripts/setup dev
	@.venv/bin/python -m tools.dev.mutants $(ARGS)

pictures: ## lay the approved pictures of the overlay over video plates, in build/pictures
	@scripts/setup dev
	@.venv/bin/python -m tests.web.pictures.sheets

check: ## lint, format, types, architecture
	@scripts/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/python -m tools.dev.check_edge
	.venv/bin/python -m pytest -q tests/test_architecture.py tests/test_rooms.py tests/test_command_names.py

format: ## put the code in its form, and fix what can be fixed safely
	@scripts/setup dev
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

lock: ## write requirements*.lock anew from pyproject.toml
	@scripts/setup dev
	.venv/bin/python scripts/lock.py

clean: ## remove what was built (data/ stays)
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
