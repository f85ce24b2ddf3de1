import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormToken",
            fields=[
                ("token", models.TextField(primary_key=True, serialize=False)),
                ("content", models.TextField(db_default="")),
                ("result_url", models.TextField(db_default="")),
                ("used_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "form_token",
                "default_permissions": (),
                "indexes": [models.Index(fields=["used_at"], name="form_token_by_age")],
            },
        ),
    ]
