"""What happens to a row when the row it refers to is deleted."""

from django.db import migrations

from clinic.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]
    operations = [
        foreign_key("booking", "patient_id", "patient", "cascade"),
        foreign_key("booking", "practitioner_id", "practitioner", "restrict"),
        foreign_key("booking", "service_id", "service", "restrict"),
    ]
