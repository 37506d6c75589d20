# cvbuild in a container, with what sets HTML themes; with `--target tex`, with TeX too.
#
#   docker build --tag cvbuild .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/cv" cvbuild build cv.yaml --all
#
# Python packages come hash by hash from the lock. For the same image again, name the base by its digest:
# --build-arg BASE=debian@sha256:…
ARG BASE=debian:12-slim

FROM ${BASE} AS base
COPY .ci/system-packages /usr/local/bin/cvbuild-packages
# Which packages are needed is said in one place, for every machine. It is content with a HarfBuzz that is too old, which
# a container has no reason to have.
RUN cvbuild-packages && cvbuild-packages harfbuzz && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*

FROM base AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1
WORKDIR /src
COPY requirements.lock ./
RUN python3 -m venv /opt/cvbuild && /opt/cvbuild/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY cvbuild cvbuild
COPY themes themes
COPY profiles profiles
# Compiled modules that tell by a hash, and not by the time, what they were compiled from.
RUN /opt/cvbuild/bin/pip install --no-build-isolation --no-deps . \
    && /opt/cvbuild/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/cvbuild/lib

FROM base AS html
LABEL org.opencontainers.image.title="cvbuild" org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/cvbuild /opt/cvbuild
# Whoever runs it may be anybody, and have no home.
ENV PATH=/opt/cvbuild/bin:$PATH HOME=/tmp XDG_CACHE_HOME=/tmp/cache
WORKDIR /cv
USER 65532:65532
ENTRYPOINT ["cvbuild"]
CMD ["--help"]

FROM html AS tex
USER 0:0
RUN cvbuild-packages tex && command -v pdflatex && command -v lualatex \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*
USER 65532:65532

# What is built where no target is named.
FROM html
