"""Create what columns call before there are tables: the clock, and who acts.

Here only their existence matters; `sql/` holds the current truth and is applied after every `migrate`.
"""

from django.db import migrations

CLOCK = """
create schema clock;
create function clock.now() returns timestamptz language sql stable return pg_catalog.now();
create function clock.today() returns date language sql stable
    return (clock.now() at time zone 'UTC')::date;
"""
CHANGES = """
create schema changes;
create function changes.actor() returns text language sql stable return session_user::text;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CLOCK, "drop schema clock cascade"),
        migrations.RunSQL(CHANGES, "drop schema changes cascade"),
    ]
