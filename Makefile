# make run            the article's case, offline, into out/
# make run MAIL=x.eml the same for any mail (RECEIVER=, LEVEL=, LANG_= may be given)
# make lab            JupyterLab on the walkthrough; make lab MAIL=x.eml on a notebook made for that mail
# make bench          phishlab beside its peers: right answers and seconds; ARGS="correctness" for one table
# make test           all tests; as root on Debian it first installs the programs that some of them start

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out
MAIL ?=
RECEIVER ?=
LEVEL ?= offline
LANG_ ?=

options = $(if $(RECEIVER),--receiver "$(RECEIVER)") --level $(LEVEL) $(if $(LANG_),--lang $(LANG_))

.PHONY: run test lab lint golden gallery case clean bench bench-doc

run: $(VENV)/.installed
	@$(BIN)/phishlab data unpack > /dev/null
	@if [ -n "$(MAIL)" ]; then \
	  $(BIN)/phishlab investigate "$(MAIL)" -o "$(OUT)/$$(basename "$(MAIL)" .eml)" $(options); \
	else \
	  $(BIN)/phishlab investigate data/cases/kagoya -o "$(OUT)/kagoya" $(if $(LANG_),--lang $(LANG_)); \
	fi

lab: $(VENV)/.installed
	@$(BIN)/phishlab lab $(if $(MAIL),"$(MAIL)") -o "$(OUT)/lab" $(options)

test: $(VENV)/.tested
	@sh tests/programs.sh
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

golden: $(VENV)/.tested
	PHISHLAB_REFRESH_GOLDEN=1 $(BIN)/python -m pytest -q tests/test_golden.py tests/test_notebooks.py

gallery: $(VENV)/.tested
	$(BIN)/python data/build/gallery.py
	$(BIN)/python data/build/gallery_lab.py

case: $(VENV)/.tested
	$(BIN)/python data/build/kagoya.py

bench: $(VENV)/.tested
	@$(BIN)/python -m bench $(ARGS)

bench-doc: $(VENV)/.tested
	@$(BIN)/python -m bench --write

clean:
	rm -rf $(OUT)

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) .ci/python-is-fit.py
	@echo "Making the environment in $(VENV) (once; some minutes) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[page,qr]"
	@# Where Python is told to write no bytecode, each start would compile the whole stack again.
	@$(BIN)/python -m compileall -q -j 2 $(VENV)/lib phishlab > /dev/null 2>&1 || true
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test]"
	@$(BIN)/python -m compileall -q -j 2 $(VENV)/lib > /dev/null 2>&1 || true
	@touch $@
