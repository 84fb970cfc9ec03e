# Les portes de la maison. Chaque commande prépare ce qu’il lui faut ; préparer deux fois ne coûte rien.
#   make run     installer, préparer la base, ouvrir le carnet sur cette machine
#   make test    installer, contrôler, essayer (ce que fait .ci/run)
# Variables : WORKERS (processus pour les essais), PYTEST (options de pytest), BENCH (bancs à lancer).

PY := .venv/bin/python
WORKERS ?= 2
PYTEST ?=
BENCH ?=

.PHONY: run test setup setup-dev check format bench lock clean help
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

setup:
	@bin/setup run

setup-dev:
	@bin/setup dev

run: setup
	@bin/run

check: setup-dev
	@bin/check

test: check
	@$(PY) -m pytest -q -n $(WORKERS) $(PYTEST)

format: setup-dev
	@$(PY) -m ruff check --fix --quiet . && $(PY) -m ruff format --quiet .

bench: setup-dev
	@$(PY) -m benchmarks $(BENCH)

lock:
	@bin/lock

clean:
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
