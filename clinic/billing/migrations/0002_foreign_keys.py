"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        foreign_key("bill", "patient_id", "patient", "restrict"),
        foreign_key("bill", "booking_id", "booking", "set null"),
        foreign_key("payment", "bill_id", "bill", "restrict"),
        foreign_key("day_close_line", "day_close_id", "day_close", "cascade"),
    ]
