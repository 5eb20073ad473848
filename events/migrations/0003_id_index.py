"""A B-tree on id instead of BRIN.

A segment that is being filled has no statistics, so the planner takes a BRIN index for
useless and reads the whole segment for the few new ids that a follower asks for; its
new pages are not summarised either, since nothing vacuums them. Ids only grow, so the
B-tree costs a COPY about as much as BRIN did.
"""

from django.db import migrations

CHANGE = """
DROP INDEX events_id;
CREATE INDEX events_id ON events (id);
DROP INDEX flows_id;
CREATE INDEX flows_id ON flows (id);
"""
BACK = """
DROP INDEX events_id;
CREATE INDEX events_id ON events USING brin (id) WITH (pages_per_range = 16);
DROP INDEX flows_id;
CREATE INDEX flows_id ON flows USING brin (id) WITH (pages_per_range = 16);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_store")]
    operations = [migrations.RunSQL(CHANGE, BACK)]
