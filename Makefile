# The commands of the book. A bare `make` lists them; README.md says what to expect of each.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?=
RECIPE ?= --all
MUTANTS ?=

# Another Keras backend set in a reader's own configuration must not serve the book.
export KERAS_BACKEND := tensorflow

.PHONY: help
help:  ## List these targets
	@echo "Usage: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter of .venv, GENCORE_DATA=folder says where mnist.npz lies."

.PHONY: setup
setup: $(STAMP)  ## Create .venv and install the pinned set into it

$(STAMP): requirements.txt pyproject.toml
	@if [ ! -x $(BIN)/python ]; then \
	  for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python); do \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	      found="$$python"; break; \
	    fi; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo "The book needs Python 3.11, 3.12 or 3.13 with its venv module; found none$(if $(PYTHON), in PYTHON=$(PYTHON))." >&2; \
	    echo "Install one (on Debian: apt install python3 python3-venv), or say where it is: make PYTHON=/path/to/python3.12 setup" >&2; \
	    exit 1; \
	  fi; \
	  echo "==> Creating $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv $(VENV); \
	fi
	@echo "==> Installing the pinned packages of requirements.txt (a few minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: book
book: $(STAMP)  ## Execute every chapter and build the site into _build/html
	@echo "==> Building the book (two chapters run at a time; unchanged ones come from the cache)"
	@$(BIN)/python -m tools.build_book

.PHONY: pdf
pdf: book  ## Print the whole site as _build/pdf/gencore.pdf, by a headless Chromium
	@echo "==> Printing (a few minutes; formulas are set anew for paper)"
	@$(BIN)/python -m tools.pdf

.PHONY: test
test: test-unit test-notebooks  ## Run the unit tests and every chapter
	@echo "==> All tests passed"

.PHONY: test-unit
test-unit: $(STAMP)  ## Run the unit tests
	@echo "==> Unit tests"
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4

.PHONY: mutants
mutants: $(STAMP)  ## Plant each known mistake and show that its test fails (MUTANTS="-k pattern", or "--minutes 20")
	@echo "==> Mutants: each planted mistake must make its test fail"
	@$(BIN)/python -m tests.mutants $(MUTANTS)

.PHONY: test-notebooks
test-notebooks: $(STAMP)  ## Run every notebook of notebooks/, two at a time, warnings being errors
	@echo "==> Notebooks: every cell of every chapter"
	@$(BIN)/python -m tools.check_notebooks --keep notebooks

.PHONY: test-site
test-site: $(STAMP)  ## Read the built site in a headless browser, offline
	@echo "==> Site: every page of _build/html in a browser without a network"
	@$(BIN)/python -m pytest --numprocesses=2 tests/test_site.py tests/explore/test_page.py tests/tools/test_pdf.py

.PHONY: lint
lint: $(STAMP)  ## Check the style of the code and the types of the package
	@echo "==> ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "==> pyright"
	@$(BIN)/pyright

.PHONY: lab
lab: $(STAMP)  ## Open the chapters in JupyterLab
	@mkdir -p $(VENV)/etc/ipython && cp tools/ipython_kernel_config.py $(VENV)/etc/ipython/
	@$(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks

.PHONY: notebooks
notebooks: $(STAMP)  ## Write the .ipynb twins of the chapters, and their minutes on the front page
	@$(BIN)/python -m tools.twins
	@$(BIN)/python -m tools.reading --write

.PHONY: train
train: $(STAMP)  ## Train the models of the book again (RECIPE=ae-conv for one)
	@echo "==> Training $(RECIPE) (interrupting is safe: the next run resumes)"
	@$(BIN)/python -m gencore train $(RECIPE)

.PHONY: evaluate
evaluate: $(STAMP)  ## Derive every checkpoint's metrics again and compare with its card
	@echo "==> Evaluating $(RECIPE)"
	@$(BIN)/python -m gencore evaluate $(RECIPE)

.PHONY: bench
bench: $(STAMP)  ## Measure the speed beside plain PyTorch, which it installs
	@$(BIN)/python -c 'import torch' 2>/dev/null || { \
	  echo "==> Installing PyTorch (on Linux up to several GB; the build for processors is enough)"; \
	  $(BIN)/python -m pip install --disable-pip-version-check --no-build-isolation \
	    --constraint requirements.txt --editable ".[bench]"; }
	@echo "==> Benchmarks (a few minutes; let nothing else run meanwhile)"
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.dreams

.PHONY: overview
overview: $(STAMP)  ## Draw the pictures of README.md and of the front page again
	@$(BIN)/python -m tools.overview

.PHONY: clean
clean:  ## Remove what the build made (.venv stays)
	@echo "==> Removing _build and the caches of the tools"
	@rm -rf _build .pytest_cache .ruff_cache gencore.egg-info build
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
