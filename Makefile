# `make run` and `make test` do all their own set-up; nothing but Python >= 3.11 is needed.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
STAMP := .venv/.installed

.PHONY: run test venv lint browser lock clean

run: venv
	@exec $(BIN)/dyncell up $(ARGS)

test: lint browser
	$(BIN)/pytest -n $(WORKERS) --durations=30 $(ARGS)

# A browser for the tests: what is on PATH, else Playwright's own, else Debian's package.
browser: venv
	@$(BIN)/python -m tests.browser.install

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

venv: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "dyncell needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv: PyTorch and the other packages, some minutes, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $(STAMP)

# Renews the pins from the newest versions that fit together.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet -e '.[dev]'
	{ sed -n '/^#/p' requirements.lock; .venv-lock/bin/python -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > requirements.lock.new
	mv requirements.lock.new requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
