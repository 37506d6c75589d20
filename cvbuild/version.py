"""The version of cvbuild, as `pyproject.toml` has it."""

VERSION = "0.1.0"
