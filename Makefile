# `make chat` and `make test` do everything on a fresh machine: environment, hash-locked dependencies, then run.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat test format lock bench clean

chat: .venv/.ready
	@$(BIN)/duly chat

test: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/duly knowledge check
	@command -v npm >/dev/null || echo "npm is not here: what is sent is not held against published types, and pages are not judged"
	@command -v npm >/dev/null && npm ci --prefix tests/types --no-audit --no-fund --silent || true
	@command -v npm >/dev/null && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --prefix tests/pages --no-audit --no-fund --silent || true
	$(BIN)/python -m pytest -n 2 --dist load tests/durability
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/test_types.py --ignore tests/durability
	$(BIN)/python -m pytest tests/test_types.py

bench: .venv/.ready-dev
	$(BIN)/python -m bench

format: .venv/.ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What is installed is what the lock says, file by file; the build backend is locked with the rest.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Duly needs Python 3.11 or later: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python has no venv here. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# Newer versions, on purpose: look at the diff, run the tests. Needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --group dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache dist
