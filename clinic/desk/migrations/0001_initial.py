"""Create the function that `changed_by` defaults to, and the table of sent forms.

Only the function's existence matters here; `sql/105_changes.sql` holds the current truth.
"""

from django.db import migrations, models
from django.db.models.functions import Now

CHANGES = """
create schema changes;
create function changes.actor() returns text language sql stable return session_user::text;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CHANGES, "drop schema changes cascade"),
        migrations.CreateModel(
            name="FormToken",
            fields=[
                ("token", models.TextField(primary_key=True, serialize=False)),
                ("content", models.TextField(db_default="")),
                ("result_url", models.TextField(db_default="")),
                ("used_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "form_token",
                "default_permissions": (),
                "indexes": [models.Index(fields=["used_at"], name="form_token_by_age")],
            },
        ),
    ]
