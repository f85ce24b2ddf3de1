"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        foreign_key("stock_movement", "item_id", "inventory_item", "cascade"),
    ]
