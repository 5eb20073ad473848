# The product's own image, for docker-compose.yml. One image, one process per container.
FROM node:24-slim AS pages
WORKDIR /pages
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
COPY script/compress.mjs script/
RUN npm run --silent build

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /product
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY manage.py ./
COPY mssweb mssweb
COPY sensors sensors
COPY events events
COPY ingest ingest
COPY exporters exporters
COPY templates templates
COPY --from=pages /pages/static static
# Volumes take the owner of these folders.
RUN useradd --system --no-create-home mssweb \
    && mkdir -p /journal /tls /var/lib/mssweb/run \
    && chown -R mssweb /journal /tls /var/lib/mssweb
USER mssweb
# Commands are in docker-compose.yml.
