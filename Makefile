# GNU make, from 3.81 (macOS) on: no newer syntax, please.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

cvbuild := .venv/bin/cvbuild
python  := .venv/bin/python
# No index is named anywhere: pip asks whichever this machine is set up for.
install := $(python) -m pip --disable-pip-version-check install -q
# One test process per core; `make test WORKERS=0` keeps them in one, for a debugger.
WORKERS ?= auto
pytest  := $(python) -m pytest -n $(WORKERS)
UV      ?= uv

goals := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))

.PHONY: all setup tex pdf test long fuzz check coverage accept bench gallery lock clean help

## all       PDFs of every public variant of every profile in profiles/, into build/ (the default)
all:

## setup     what cvbuild needs: system packages (as root, with apt), .venv, the locked Python packages
setup: $(cvbuild)

# The packages come first and hash by hash from the lock, the project last and alone: nothing is fetched that
# is not locked. uharfbuzz has a lock of its own because only systems with a HarfBuzz older than 4.1 use it.
$(cvbuild): requirements.lock requirements-harfbuzz.lock pyproject.toml .ci/system-packages
	@.ci/system-packages
	@$(python) -c '' 2>/dev/null || { py=$$(.ci/system-packages interpreter) && "$$py" -m venv --clear .venv; }
	$(install) --require-hashes -r requirements.lock
	@PYTHON=$(python) .ci/system-packages harfbuzz || \
	    { set -x; $(install) --require-hashes -r requirements-harfbuzz.lock; }
	$(install) --no-build-isolation --no-deps -e .
	@touch $@

## tex       what LaTeX themes are set with: TeX Live's packages (as root, with apt)
tex:
	@.ci/system-packages tex

.venv/.dev: requirements-dev.lock $(cvbuild)
	@.ci/system-packages test
	$(install) --require-hashes -r requirements-dev.lock
	@touch $@

# --- PDFs -----------------------------------------------------------------------------------------------

# Which PDFs there are, and which files each is made from, only cvbuild knows: it writes build/targets.mk.
# That is read for these goals only, for reading it means having it made, and the virtual environment before.
ifneq ($(filter all build/%.pdf,$(goals)),)

ifneq ($(filter command%,$(origin PROFILE) $(origin VARIANT) $(origin THEME)),)
$(error PROFILE=, VARIANT= and THEME= are for `make pdf`)
endif

sources := $(shell find cvbuild themes -type f -not -path '*__pycache__*' | LC_ALL=C sort)
# A file that is gone is newer than nothing; the list of files tells.
ifneq ($(sources),$(shell cat build/sources.list 2>/dev/null))
$(shell mkdir -p build && echo '$(sources)' > build/sources.list)
endif
code := $(cvbuild) build/sources.list $(sources)

PDFS :=
include build/targets.mk

all: $(PDFS)
$(PDFS): $(code)

# The directory stands for profiles that come and go.
build/targets.mk: $(code) profiles $(wildcard profiles/*.yaml)
	@mkdir -p build
	@$(cvbuild) variants list --make profiles/*.yaml > $@.new
	@mv $@.new $@

# PROFILE and VARIANT are set for each target in targets.mk.
build/%.pdf:
	$(cvbuild) build $(PROFILE)$(if $(VARIANT), --variant $(VARIANT)) --output $@

endif

## pdf       one PDF: make pdf PROFILE=profiles/NAME.yaml [VARIANT=…] [THEME=…]
pdf: $(cvbuild)
	@$(if $(PROFILE),,echo 'make pdf needs PROFILE=profiles/NAME.yaml' >&2; exit 2)
	$(cvbuild) build $(PROFILE)$(if $(VARIANT), --variant $(VARIANT))$(if $(THEME), --theme $(THEME))

## gallery   the README's pictures, into .github/gallery/ (needs poppler's pdftoppm)
pictures := academic-2026:letterpress industry:brief korean:letterpress academic-2026:classic \
    industry:column
gallery: $(cvbuild)
	@rm -rf .github/gallery build/gallery
	@mkdir -p .github/gallery build/gallery
	@for picture in $(pictures); do \
	    variant=$${picture%:*}; name=$$variant-$${picture#*:}; \
	    $(cvbuild) build profiles/mina-seo.yaml --variant $$variant --theme $${picture#*:} \
	        --output build/gallery/$$name.pdf || exit $$?; \
	    pdftoppm -r 80 -png -f 1 -l 1 -singlefile build/gallery/$$name.pdf .github/gallery/$$name || exit $$?; \
	done

# --- tests ----------------------------------------------------------------------------------------------

## test      the tests, but for those that take long
test: .venv/.dev
	$(pytest) -m 'not slow'

## long      the tests that take long, and every law with ten times the examples
long: .venv/.dev
	$(pytest) -m '(slow or hypothesis) and not verapdf' -o timeout=900 --hypothesis-profile=thorough

## fuzz      throws the unforeseen at reader, markup and selection (SECONDS=3600 of it at each; LAYERS="reader markup")
SECONDS ?= 60
fuzz: .venv/.dev
	$(python) tests/fuzz --seconds $(SECONDS) $(LAYERS)

## check     style, types, architecture, and what veraPDF says of the PDFs
check: .venv/.dev
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(pytest) -m verapdf

## coverage  which lines the tests leave out
coverage: .venv/.dev
	$(pytest) -m 'not slow' --cov --cov-report=term

## accept    takes what the tests produce as the new golden files; read the diff before committing it
accept: .venv/.dev
	$(python) -m pytest -q --accept tests

## bench     what cvbuild costs against its peers, as ratios (PARTS="two-pages budgets long batch watch"); writes build/bench.json
bench: .venv/.dev
	$(python) tests/bench $(PARTS)

# --- upkeep ---------------------------------------------------------------------------------------------

# Extras stay in the lock: pip before 23.3 would else take the newest `coverage[toml]`, for which there is no hash.
lock_file := $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-strip-extras \
    --custom-compile-command 'make lock' $(UPGRADE)

## lock      the lock files, from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer versions)
lock:
	$(lock_file) pyproject.toml --group backend --extra docx --extra png -o requirements.lock
	$(lock_file) pyproject.toml --group backend --extra dev -c requirements.lock -o requirements-dev.lock
	echo uharfbuzz | $(lock_file) - -o requirements-harfbuzz.lock

## clean     removes everything made, except .venv
clean:
	rm -rf build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
	    .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

## help      this list
help:
	@sed -n 's/^## /make /p' Makefile
