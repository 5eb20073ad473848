"""The segmented tables, made by hand: Django cannot declare partitions.

Rules (DESIGN): plain SQL that Citus accepts; no foreign keys into events or flows, no
triggers, no CHECK constraints, no unique index. Columns ordered by width.
"""

from django.db import migrations

STORE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE SEQUENCE events_id_seq AS bigint;
CREATE TABLE events (
    id bigint NOT NULL DEFAULT nextval('events_id_seq'),
    time timestamptz NOT NULL,
    received timestamptz NOT NULL,
    pid bigint,
    sensor int NOT NULL,
    sport int,
    dport int,
    cls int,
    type smallint NOT NULL,
    rank smallint NOT NULL,
    facility smallint,
    severity smallint,
    inbound boolean,
    src inet,
    dst inet,
    source inet,
    proto text,
    host text,
    app text,
    "user" text,
    action text,
    signature text,
    message text NOT NULL,
    head text,
    raw bytea,
    data jsonb
) PARTITION BY RANGE (id);
CREATE INDEX events_id ON events USING brin (id) WITH (pages_per_range = 16);
CREATE INDEX events_time ON events (time);

CREATE SEQUENCE flows_id_seq AS bigint;
CREATE TABLE flows (
    id bigint NOT NULL DEFAULT nextval('flows_id_seq'),
    start timestamptz NOT NULL,
    "end" timestamptz NOT NULL,
    received timestamptz NOT NULL,
    bytes_out bigint,
    bytes_in bigint,
    packets_out bigint,
    packets_in bigint,
    sensor int NOT NULL,
    sport int,
    dport int,
    inbound boolean,
    src inet,
    dst inet,
    source inet,
    uid text NOT NULL,
    proto text,
    app text,
    state text,
    community_id text,
    source_id text,
    data jsonb
) PARTITION BY RANGE (id);
CREATE INDEX flows_id ON flows USING brin (id) WITH (pages_per_range = 16);
CREATE INDEX flows_time ON flows ("end");

ALTER TABLE segments ADD COLUMN hours tstzmultirange NOT NULL DEFAULT '{}';

-- One row per commit. A journal's next position is max(last) + 1 of its rows.
CREATE TABLE batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journal text NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    first_event bigint,
    last_event bigint,
    first_flow bigint,
    last_flow bigint
);
CREATE UNIQUE INDEX batches_journal ON batches (journal, last);
CREATE INDEX batches_events ON batches (last_event) WHERE last_event IS NOT NULL;
CREATE INDEX batches_flows ON batches (last_flow) WHERE last_flow IS NOT NULL;

CREATE TABLE batch_sources (
    batch bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    source text NOT NULL,
    sensor int NOT NULL,
    stored int NOT NULL,
    ignored int NOT NULL,
    duplicate int NOT NULL
);
CREATE INDEX batch_sources_at ON batch_sources USING brin (at);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunSQL(
            STORE, "DROP TABLE events, flows, batches, batch_sources CASCADE"
        )
    ]
