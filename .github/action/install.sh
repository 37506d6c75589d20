#!/usr/bin/env bash
# Installs cvbuild, as this checkout of it has it, into a place of its own: every package by its hash in the lock.
#
# Reads GITHUB_ACTION_PATH, RUNNER_TEMP and PYTHON; says in GITHUB_OUTPUT where cvbuild is.
set -euo pipefail

home=$RUNNER_TEMP/cvbuild
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

# What pip cannot install: Pango and HarfBuzz.
"${as_root[@]}" "$GITHUB_ACTION_PATH/.ci/system-packages"

"${PYTHON:-python3}" -m venv --clear "$home"
install=("$home/bin/python" -m pip --disable-pip-version-check install --quiet)
"${install[@]}" --require-hashes -r "$GITHUB_ACTION_PATH/requirements.lock"
if ! PYTHON=$home/bin/python "$GITHUB_ACTION_PATH/.ci/system-packages" harfbuzz; then
    "${install[@]}" --require-hashes -r "$GITHUB_ACTION_PATH/requirements-harfbuzz.lock"
fi
# What builds a wheel is locked with the rest.
"${install[@]}" --no-build-isolation --no-deps "$GITHUB_ACTION_PATH"

"$home/bin/cvbuild" --version
echo "cvbuild=$home/bin/cvbuild" >>"$GITHUB_OUTPUT"
