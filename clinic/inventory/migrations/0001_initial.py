from decimal import Decimal

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.math
import django.db.models.functions.text
from django.db import migrations, models

import clinic.database.stamps
import clinic.money
import clinic.screens.search


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
        ("screens", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sku", models.TextField(blank=True, null=True, verbose_name="SKU")),
                ("name", models.TextField(verbose_name="name")),
                ("category", models.TextField(blank=True, db_default="", verbose_name="category")),
                (
                    "unit_price",
                    clinic.money.MoneyField(db_default=0, decimal_places=2, max_digits=12, verbose_name="unit price"),
                ),
                ("quantity", models.IntegerField(db_default=0, verbose_name="quantity")),
                ("reorder_level", models.IntegerField(db_default=0, verbose_name="reorder level")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("external_ref", models.TextField(blank=True, null=True, verbose_name="external reference")),
                (
                    "stock_status",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(quantity=0, then=models.Value("out_of_stock")),
                            models.When(quantity__lte=models.F("reorder_level"), then=models.Value("low_stock")),
                            default=models.Value("in_stock"),
                        ),
                        output_field=models.TextField(
                            choices=[
                                ("in_stock", "in stock"),
                                ("low_stock", "low stock"),
                                ("out_of_stock", "out of stock"),
                            ]
                        ),
                        verbose_name="stock status",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="changed at"
                    ),
                ),
                (
                    "changed_by",
                    models.TextField(
                        db_default=clinic.database.stamps.Actor(), editable=False, verbose_name="changed by"
                    ),
                ),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=clinic.screens.search.Thing("name", "sku"),
                        output_field=models.TextField(),
                        verbose_name="search text",
                    ),
                ),
            ],
            options={
                "verbose_name": "inventory item",
                "verbose_name_plural": "inventory items",
                "db_table": "inventory_item",
                "indexes": [
                    models.Index(fields=["name", "id"], name="inventory_item_by_name"),
                    models.Index(fields=["stock_status", "name"], name="inventory_item_by_status"),
                    models.Index(fields=["expires_on"], name="inventory_item_by_expiry"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_text"],
                        gin_pending_list_limit=256,
                        name="inventory_item_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                    models.Index(fields=["category", "name", "id"], name="inventory_item_by_category"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("external_ref",), name="inventory_item_external_ref_is_unique"),
                    models.UniqueConstraint(fields=("sku",), name="inventory_item_sku_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("name__trim__length__gt", 0)),
                        name="inventory_item_name_is_not_blank",
                        violation_error_message="Give a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__range", (Decimal("0"), Decimal("9999999999.99")))),
                        name="inventory_item_unit_price_is_not_negative",
                        violation_error_message="The unit price cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit_price", django.db.models.functions.math.Round("unit_price", 2)),
                            ("unit_price__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                        ),
                        name="inventory_item_unit_price_fits_ten_digits_and_two_decimals",
                        violation_error_message="The unit price can have ten digits and two decimals at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (Decimal("0"), Decimal("9999999999.99")))),
                        name="inventory_item_quantity_is_not_negative",
                        violation_error_message="The quantity cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reorder_level__range", (Decimal("0"), Decimal("9999999999.99")))),
                        name="inventory_item_reorder_level_is_not_negative",
                        violation_error_message="The reorder level cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__range", ("1800-01-01", "9999-12-31")),
                            ("expires_on__isnull", True),
                            _connector="OR",
                        ),
                        name="inventory_item_expires_on_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="movements",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                ("change", models.IntegerField(verbose_name="change")),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                ("note", models.TextField(blank=True, db_default="", verbose_name="note")),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"),
                ),
                ("source", models.TextField(blank=True, db_default="", verbose_name="source")),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
                "db_table": "stock_movement",
                "indexes": [
                    models.Index(fields=["item", "-made_at", "-id"], name="stock_movement_of_item"),
                    models.Index(fields=["-made_at", "-id"], name="stock_movement_by_time"),
                    models.Index(fields=["reason", "-made_at", "-id"], name="stock_movement_by_reason"),
                    models.Index(
                        django.db.models.functions.text.Upper("source"),
                        models.OrderBy(models.F("made_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="stock_movement_by_source",
                    ),
                    models.Index(
                        condition=models.Q(("reason", "delivery")),
                        fields=["note", "-made_at", "-id"],
                        name="stock_movement_by_note",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("change", 0), _negated=True),
                        name="stock_movement_changes_something",
                        violation_error_message="The change cannot be zero.",
                    )
                ],
            },
        ),
    ]
