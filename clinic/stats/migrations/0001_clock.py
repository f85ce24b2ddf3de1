"""Create the functions that column defaults call, so that tables can be made.

Only their existence matters here; `sql/010_clock.sql` holds the current truth and
is applied after every `migrate`.
"""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
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


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(CLOCK, "drop schema clock cascade"),
    ]
