"""What happens to a row when the row it refers to is deleted."""

from django.db import migrations

from clinic.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        foreign_key("stock_movement", "item_id", "inventory_item", "cascade"),
    ]
