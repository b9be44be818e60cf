# Two commands do everything on a fresh machine: `make demo` and `make test`. Needed beforehand: Python 3.11 or 3.12, make, git.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed
AIRFLOW := .venv-airflow
MWAA   := .venv-mwaa
POWERBI := .venv-powerbi
SAM    := .venv-sam
CHECKOV := .venv-checkov
# What makes the environments beside .venv.
ENV_PYTHON = $(BIN)/python
# MWAA's own Python is 3.12; where there is none, the DAGs are tried with the one that there is.
MWAA_PYTHON ?= $(firstword $(shell python3.12 -c "import sys; print(sys.executable)" 2>/dev/null) $(wildcard $(HOME)/.pyenv/versions/3.12.*/bin/python) $(BIN)/python)
# Each process starts its own servers and waits for them half of its time: three keep two cores busy, with 2 GB each.
PROCESSES ?= 3
TESTS  = $(BIN)/python -m pytest -n $(PROCESSES)
LOCKS  := lambdas extractor emr local dev
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help demo test test-slow test-nightly bench-spark check format locks env airflow-env mwaa-env powerbi-env sam-env checkov-env checkov airflow demo-airflow mwaa package deploy clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

env: $(READY)  ## The locked environment in .venv (the other targets make it themselves)

$(READY): requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@echo "Installing the locked environment into $(VENV) (once; about 1.3 GB)…"
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else f"Python 3.11 or 3.12 is needed, {sys.version.split()[0]} found: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt \
	  || { echo "uv could not install; trying pip, which knows this machine's own mirrors and certificates…"; \
	       $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --use-pep517 --require-hashes -r requirements/dev.txt; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Environments beside .venv, each with the lock of its name; tests that need one make it themselves.
airflow-env: $(AIRFLOW)/.installed  ## The locked Airflow in .venv-airflow (300 MB)
mwaa-env: $(MWAA)/.installed  ## The same with the Airflow of Amazon MWAA, in .venv-mwaa
powerbi-env: $(POWERBI)/.installed  ## MWAA's with the provider of Microsoft Azure, in .venv-powerbi
sam-env: $(SAM)/.installed  ## The locked AWS SAM command line in .venv-sam (240 MB)
checkov-env: $(CHECKOV)/.installed  ## The locked checkov in .venv-checkov (220 MB)

# uv is all that it needs of .venv: one in use, by a test that asks for this, is not made anew.
$(BIN)/uv:
	@$(MAKE) --no-print-directory $(READY)

$(MWAA)/.installed $(POWERBI)/.installed: ENV_PYTHON = $(MWAA_PYTHON)
.venv-%/.installed: requirements/%.txt | $(BIN)/uv
	@echo "Installing requirements/$*.txt into $(@D) (once)…"
	@$(ENV_PYTHON) -m venv --clear $(@D)
	@VIRTUAL_ENV=$(abspath $(@D)) $(BIN)/uv pip sync --quiet --require-hashes $< \
	  || { echo "uv could not install; trying pip, which knows this machine's own mirrors and certificates…"; \
	       $(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --use-pep517 --require-hashes -r $<; }
	touch $@

airflow: $(READY) $(AIRFLOW)/.installed  ## Airflow at http://127.0.0.1:8080 beside the local cloud, which comes up first
	$(BIN)/gem up
	$(BIN)/gem airflow $(AIRFLOW_ARGS)

demo-airflow: $(READY) $(AIRFLOW)/.installed  ## One run of the daily DAG from end to end, in a real Airflow
	$(BIN)/gem up --fresh --work-dir .gem/demo-airflow/cloud --postgres-port 0 --aws-port 0 --redshift-port 0
	$(BIN)/gem airflow --demo --cloud .gem/demo-airflow/cloud --work-dir .gem/demo-airflow/airflow --port 0 $(AIRFLOW_ARGS) \
	  || { $(BIN)/gem down --work-dir .gem/demo-airflow/cloud; exit 1; }
	$(BIN)/gem down --work-dir .gem/demo-airflow/cloud

MWAA_BUILD ?= build/mwaa
mwaa: $(READY)  ## What goes to an Amazon MWAA environment's bucket: dags/, plugins.zip, requirements.txt (docs/airflow.md)
	$(BIN)/gem package mwaa --to $(MWAA_BUILD) $(MWAA_ARGS)

package: $(READY)  ## A release in build/package/VERSION: EMR, extractor, Airflow and SQL, with a manifest of SHA-256s
	$(BIN)/gem package build $(PACKAGE_ARGS)

STAGE   ?= dev
VERSION  = $(shell $(BIN)/python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
RELEASE  = build/package/$(VERSION)
# A stack that is there gets the release first: its functions ask for the new prefix from the moment they know it. A new
# one has no bucket before it is deployed, and nothing that would ask before its first batch.
# What is asked of the stage is asked first and by itself: inside another command's arguments, a failure would be empty words.
deploy: package $(SAM)/.installed  ## Build all, deploy the stage of samconfig.toml (STAGE=dev or prod), put the release
	$(SAM)/bin/sam validate
	$(SAM)/bin/sam build
	stack=$$($(BIN)/gem package stage $(RELEASE) --stage $(STAGE) --stack); \
	parameters=$$($(BIN)/gem package stage $(RELEASE) --stage $(STAGE)); \
	$(BIN)/gem package put $(RELEASE) --stack $$stack --if-deployed; \
	$(SAM)/bin/sam deploy --config-env $(STAGE) --parameter-overrides $$parameters; \
	$(BIN)/gem package put $(RELEASE) --stack $$stack; \
	echo "Next, as docs/deployment.md says: the passwords, gem warehouse migrate and secure, gem doctor --stack $$stack"

demo: $(READY)  ## Two batches from PostgreSQL to a star schema, through every hop, then source against warehouse
	$(BIN)/gem demo $(DEMO_ARGS)

test: $(READY)  ## The test suite, on real PostgreSQL, Spark and wire protocols
	$(TESTS) -m "not slow" $(TEST_ARGS)

test-slow: $(READY)  ## The suites that take minutes: whole demos, public tenders
	$(TESTS) -m "slow and not nightly" $(TEST_ARGS)

test-nightly: $(READY)  ## The slow suites that CI has no time for: a cloud under kill -9, faults of S3, the demo by the other sink
	$(TESTS) -m nightly $(TEST_ARGS)

bench-spark: $(READY)  ## A million contracts through the Spark job, on two cores and within 6 GB, data made first
	$(BIN)/python -m benchmarks.curate_million $(BENCH_ARGS)

check: $(READY)  ## Format, lint, types, import rules, generated files: no tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/cfn-lint template.yaml
	$(BIN)/gem contracts generate --check

checkov: $(CHECKOV)/.installed  ## Hold template.yaml against known weaknesses; what it skips is named there with the reason
	$(CHECKOV)/bin/checkov --file template.yaml --framework cloudformation --compact --quiet --skip-download

format: $(READY)  ## Format the code and apply safe lint fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

locks:  ## Pin every dependency group again (needs uv: the one in .venv is used)
	for tool in bootstrap checkov; do \
	  $(BIN)/uv pip compile requirements/$$tool.in --universal --generate-hashes --no-header --quiet --upgrade -o requirements/$$tool.txt; \
	done
	for group in $(LOCKS); do \
	  $(BIN)/uv pip compile pyproject.toml --group $$group --universal --generate-hashes --no-header --quiet -c requirements/dev.txt -o requirements/$$group.txt; \
	done
	for group in airflow mwaa sam; do \
	  $(BIN)/uv pip compile pyproject.toml --group $$group --universal --generate-hashes --no-header --quiet -o requirements/$$group.txt; \
	done
	$(BIN)/uv pip compile pyproject.toml --group powerbi --universal --generate-hashes --no-header --quiet -c requirements/mwaa.txt -o requirements/powerbi.txt

clean:  ## Remove the environment and everything built
	rm -rf $(VENV) $(AIRFLOW) $(MWAA) $(POWERBI) $(SAM) $(CHECKOV) .aws-sam build dist .gem

# sam build calls one target per function of template.yaml with ARTIFACTS_DIR set; all carry the same code, put together once
# and copied with its times, so that sam zips the same bytes for each and uploads them once.
LAMBDA_FUNCTIONS := OnRawManifestFunction OnStepCompletedFunction OnStepFailedFunction OnScheduleFunction
LAMBDA_PACKAGES  := build/lambda/packages
LAMBDA_CODE      := build/lambda/code
.PHONY: $(LAMBDA_FUNCTIONS:%=build-%)
$(LAMBDA_FUNCTIONS:%=build-%): $(LAMBDA_PACKAGES) $(LAMBDA_CODE)
	cp -Rp $(LAMBDA_PACKAGES)/. $(LAMBDA_CODE)/. "$(ARTIFACTS_DIR)"

$(LAMBDA_PACKAGES): requirements/lambdas.txt
	rm -rf $@ $@.unfinished
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile --only-binary=:all: \
	  --platform manylinux2014_x86_64 --implementation cp --python-version 3.11.13 --target $@.unfinished -r requirements/lambdas.txt
	rm -rf $@.unfinished/bin
	mv $@.unfinished $@
	touch $@

$(LAMBDA_CODE): $(shell find gem lambdas sql -type f -not -path '*/__pycache__/*' 2>/dev/null)
	rm -rf $@ && mkdir -p $@
	cp -Rp gem lambdas sql $@
	find $@ -name __pycache__ -type d -prune -exec rm -rf {} +
	touch $@
