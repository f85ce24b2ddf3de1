"""What happens to a row when the row it refers to is deleted."""

from django.db import migrations

from clinic.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        foreign_key("bill", "patient_id", "patient", "restrict"),
        foreign_key("bill", "booking_id", "booking", "set null"),
        foreign_key("payment", "bill_id", "bill", "restrict"),
    ]
