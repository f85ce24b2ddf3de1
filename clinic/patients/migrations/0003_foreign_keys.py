"""What happens to a row when the row it refers to is deleted."""

from django.db import migrations

from clinic.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_medical_record")]
    operations = [
        foreign_key("medical_record", "patient_id", "patient", "restrict"),
        foreign_key("medical_record", "booking_id", "booking", "set null"),
        foreign_key("medical_record", "practitioner_id", "practitioner", "restrict"),
    ]
