"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]
    operations = [
        foreign_key("booking", "patient_id", "patient", "cascade"),
        foreign_key("booking", "practitioner_id", "practitioner", "restrict"),
        foreign_key("booking", "service_id", "service", "restrict"),
    ]
