"""Create the functions that columns for searching are generated from.

The repeatable file that holds the current truth is applied as it is, so that the columns are computed once.
"""

from django.conf import settings
from django.contrib.postgres.operations import CreateExtension, TrigramExtension
from django.db import migrations

FILE = settings.BASE_DIR / "sql" / "015_search.sql"


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FILE.read_text(), "drop schema search cascade"),
    ]
