"""Makes the audit trail append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append only';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE
    ON sensors_auditentry FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("sensors", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER audit_is_append_only ON sensors_auditentry;"
            "DROP FUNCTION audit_is_append_only",
        ),
    ]
