# Everything runs from a fresh clone: Python ≥ 3.11 with venv and pip, and make. No root, no Node, no system database.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# one more than there are cores: some of what a test does is waiting, for a browser, a database or a server
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + os.cpu_count())')
KILLS   ?= 500
# a test commits to disk a dozen times and waits for it each time: in memory, where there is room, nothing waits
MEMORY  := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"}')

.PHONY: help run demo screenshots test fuzz faults lint clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# uv installs in seconds what takes pip a minute; where it cannot be had, pip does
$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv 2>/dev/null || echo "uv is not to be had: using pip"
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev,postgres]'; \
	 else $(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,postgres]'; fi
	@touch $@

run: $(STAMP) ## serve on http://127.0.0.1:8000, data in this folder
	$(BIN)/audit serve

demo: $(STAMP) ## a whole made-up round on the real registry, over real HTTP
	$(BIN)/audit demo

screenshots: $(STAMP) ## pictures of the pages, docs/screenshots (`make demo` must have run; needs Chromium)
	$(BIN)/python docs/screenshots/make.py

# a file's tests stay together: what they share is made once
test: $(STAMP) ## every test, on SQLite and PostgreSQL
	$(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

fuzz: $(STAMP) ## schemathesis as every role, with many examples
	FUZZ_ROLES="inspector reviewer county office admin auditor" FUZZ_EXAMPLES=100 \
	$(BIN)/pytest -n $(WORKERS) tests/test_fuzzing.py

faults: $(STAMP) ## kill -9, bad lines, full disks, power cuts: nothing lost, nothing twice (minutes; KILLS=500)
	FAULT_KILLS=$(KILLS) $(BIN)/pytest -v tests/faults $(wildcard tests/server/test_full_disk.py)

lint: $(STAMP) ## style, imports, size budgets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

clean: ## remove what was installed and the demonstration
	rm -rf $(VENV) demo build dist *.egg-info
