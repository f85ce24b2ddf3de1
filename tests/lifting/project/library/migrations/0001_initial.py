import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import clinic.database.clock
import clinic.database.stamps
from clinic.database.foreign_keys import foreign_key


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("changed_by", models.TextField(db_default=clinic.database.stamps.Actor(), editable=False)),
                ("title", models.TextField()),
            ],
            options={"db_table": "book"},
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.TextField(db_default="out")),
                ("lent_on", models.DateField(db_default=clinic.database.clock.Today())),
                ("fee", models.DecimalField(db_default=0, decimal_places=2, max_digits=8)),
                (
                    "book",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to="library.book"
                    ),
                ),
            ],
            options={"db_table": "loan"},
        ),
        foreign_key("loan", "book_id", "book", "cascade"),
    ]
