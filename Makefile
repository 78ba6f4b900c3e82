# Everything one can do here; `make` alone lists it. Needs Python >= 3.11, make and a package registry:
# tools/setup.sh makes .venv once, and again where pyproject.toml changed. PYTHON= chooses the interpreter.
VENV ?= .venv
export VENV
RUN := $(VENV)/bin/python
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak docs hostile clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

demo: $(VENV)/.ready-server ## The main job: an index, a pull through it, an upload, three installs
	@$(RUN) tools/demo.py

test: $(VENV)/.ready-dev ## The whole default suite (TESTS= for a part)
	@$(RUN) -m pytest -q -n 2 $(TESTS)

check: $(VENV)/.ready-dev ## Format, lint, types, arrows, shape: changes nothing
	@$(RUN) tools/check.py

bench: $(VENV)/.ready-dev ## Benchmarks beside the peers, in pairs; prints tables
	@for script in $(wildcard benchmarks/*.py); do $(RUN) $$script || exit 1; done

soak: $(VENV)/.ready-dev ## The suite ten times over, then kills: nothing may depend on luck
	@for round in 1 2 3 4 5 6 7 8 9 10; do $(RUN) -m pytest -q -n 2 $(TESTS) || exit 1; done
	@$(RUN) benchmarks/killing.py --kills 200
	@$(RUN) benchmarks/killing_installs.py

docs: $(VENV)/.ready-dev ## Write the generated pages anew
	@$(RUN) tools/errors.py
	@$(RUN) tools/events.py

hostile: $(VENV)/.ready-dev ## Attack it all anew and write docs/security/hostile.md
	@$(RUN) tools/hostile.py

clean: ## Remove the environment and every cache
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready-%: pyproject.toml tools/setup.sh
	@tools/setup.sh $*
