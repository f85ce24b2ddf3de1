"""Create what tables need before they can be made: extensions, and the functions that columns call.

Of the clock and the actor only their existence matters here; `sql/` holds the current truth and is applied after every
`migrate`. The functions for searching are applied as they are, so that columns generated from them are computed once.
"""

from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations

CLOCK = """
create schema clock;
create function clock.now() returns timestamptz language sql stable return pg_catalog.now();
create function clock.today() returns date language sql stable
    return (clock.now() at time zone 'UTC')::date;
create function clock.booked_time(day date, start_time time, minutes integer)
    returns tsrange language sql immutable
    return tsrange(day + start_time, day + start_time + make_interval(mins => minutes));
"""
CHANGES = """
create schema changes;
create function changes.actor() returns text language sql stable return session_user::text;
"""
SEARCH = settings.BASE_DIR / "sql" / "015_search.sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(CLOCK, "drop schema clock cascade"),
        migrations.RunSQL(CHANGES, "drop schema changes cascade"),
        migrations.RunSQL(SEARCH.read_text(), "drop schema search cascade"),
    ]
