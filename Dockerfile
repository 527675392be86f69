# The server. Agents with a command line of their own (and their licences) belong in an image built on this one.
FROM python:3.13-slim-trixie AS build
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY requirements-build.lock requirements-image.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.lock \
    && python -m venv --without-pip /opt/dursor \
    && uv pip install --no-cache --python /opt/dursor --require-hashes -r requirements-image.lock
COPY pyproject.toml README.md LICENSE schema.sql ./
COPY app app
RUN python -m hatchling build --target wheel --directory /dist \
    && uv pip install --no-cache --python /opt/dursor --no-deps /dist/*.whl

FROM python:3.13-slim-trixie
# Debian moves these versions within a release for security only; pinning them would break every rebuild.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin dursor \
    && install --directory --owner dursor --group dursor --mode 0700 /data
COPY --from=build /opt/dursor /opt/dursor
ENV PATH=/opt/dursor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DURSOR_DATA_DIR=/data \
    DURSOR_HOST=0.0.0.0 \
    DURSOR_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request; port = os.environ.get('DURSOR_PORT') or os.environ.get('PORT') or '8000'; urllib.request.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "dursor"]
CMD ["serve"]
