"""Keep references whole for every writer."""

from django.db import migrations

from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [foreign_key("temporary_password", "user_id", "auth_user", "cascade")]
