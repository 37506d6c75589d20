#!/usr/bin/env bash
# Attaches files to the release of a tag, which is made if there is none. Folders, as of LaTeX sources, are left out:
# a release has none.
#
# Reads TAG, FILES (one to a line) and MANIFEST; gh reads GH_TOKEN and GH_REPO.
set -euo pipefail

files=()
# shellcheck disable=SC2153  # of the environment
while IFS= read -r file; do
    if [ -f "$file" ]; then files+=("$file"); fi
done <<<"$FILES"
files+=("$MANIFEST")
if ! gh release view -- "$TAG" >/dev/null 2>&1; then
    # Two jobs may come to this at once; then one of them finds it made.
    gh release create --verify-tag --title "$TAG" --notes 'Built by cvbuild.' -- "$TAG" ||
        gh release view -- "$TAG" >/dev/null
fi
gh release upload --clobber -- "$TAG" "${files[@]}"
