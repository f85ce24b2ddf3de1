"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]
    operations = [
        foreign_key("working_hours", "practitioner_id", "practitioner", "cascade"),
        foreign_key("blocked_day", "practitioner_id", "practitioner", "cascade"),
    ]
