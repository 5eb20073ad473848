"""The counts of a whole segment without its hours, for ranges that have all of it.

A tenth of the rows, so that a day of many sensors, or a quarter of a year, is summed in
time. Filled when the rows of a segment are merged.
"""

from django.db import migrations

ADD = """
ALTER TABLE counts ADD COLUMN whole bytea;
ALTER TABLE counts ALTER COLUMN whole SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0007_pins")]
    operations = [
        migrations.RunSQL(ADD, "ALTER TABLE counts DROP COLUMN whole")
    ]
