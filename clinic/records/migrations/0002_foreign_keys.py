"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        foreign_key("medical_record", "patient_id", "patient", "restrict"),
        foreign_key("medical_record", "booking_id", "booking", "set null"),
        foreign_key("medical_record", "practitioner_id", "practitioner", "restrict"),
        foreign_key("prescription", "item_id", "inventory_item", "restrict"),
    ]
