"""Counts of what is stored, per segment, so that they go with it.

`hours` and `slots` are Arrow IPC streams of the frames of `events/tally.py`, compressed
by themselves: PostgreSQL stores them as they are. A segment that was there before has
to be counted once (`events/counting.py`); new ones are counted as they are filled.
"""

from django.db import migrations

COUNTS = """
CREATE TABLE counts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    segment text NOT NULL,
    hours bytea NOT NULL,
    slots bytea NOT NULL
);
ALTER TABLE counts ALTER COLUMN hours SET STORAGE EXTERNAL;
ALTER TABLE counts ALTER COLUMN slots SET STORAGE EXTERNAL;
CREATE INDEX counts_segment ON counts (segment);
ALTER TABLE segments ADD COLUMN counted boolean NOT NULL DEFAULT true;
UPDATE segments SET counted = false WHERE rows > 0;
"""
BACK = "DROP TABLE counts; ALTER TABLE segments DROP COLUMN counted;"


class Migration(migrations.Migration):
    dependencies = [("events", "0005_searches")]
    operations = [migrations.RunSQL(COUNTS, BACK)]
