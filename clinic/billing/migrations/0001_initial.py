from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.db import migrations, models

import clinic.database.clock
import clinic.database.stamps
import clinic.money


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
        ("bookings", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bills",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bills",
                        to="bookings.booking",
                        verbose_name="booking",
                    ),
                ),
                ("issued_on", models.DateField(db_default=clinic.database.clock.Today(), verbose_name="issued on")),
                (
                    "service_fee",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"), decimal_places=2, max_digits=12, verbose_name="service fee"
                    ),
                ),
                (
                    "medicine_fee",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"), decimal_places=2, max_digits=12, verbose_name="medicine fee"
                    ),
                ),
                (
                    "other_fee",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"), decimal_places=2, max_digits=12, verbose_name="other fee"
                    ),
                ),
                (
                    "discount",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"), decimal_places=2, max_digits=12, verbose_name="discount"
                    ),
                ),
                (
                    "amount_paid",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"),
                        decimal_places=2,
                        editable=False,
                        max_digits=12,
                        verbose_name="amount paid",
                    ),
                ),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="voided at")),
                ("external_ref", models.TextField(blank=True, null=True, verbose_name="external reference")),
                (
                    "total_amount",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("service_fee"), "+", models.F("medicine_fee")
                                ),
                                "+",
                                models.F("other_fee"),
                            ),
                            "-",
                            models.F("discount"),
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=12),
                        verbose_name="total amount",
                    ),
                ),
                (
                    "balance",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("service_fee"), "+", models.F("medicine_fee")
                                    ),
                                    "+",
                                    models.F("other_fee"),
                                ),
                                "-",
                                models.F("discount"),
                            ),
                            "-",
                            models.F("amount_paid"),
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=12),
                        verbose_name="balance",
                    ),
                ),
                (
                    "status",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(then=models.Value("void"), voided_at__isnull=False),
                            models.When(
                                amount_paid__gte=django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("service_fee"), "+", models.F("medicine_fee")
                                        ),
                                        "+",
                                        models.F("other_fee"),
                                    ),
                                    "-",
                                    models.F("discount"),
                                ),
                                then=models.Value("paid"),
                            ),
                            models.When(amount_paid=0, then=models.Value("unpaid")),
                            default=models.Value("partially_paid"),
                        ),
                        output_field=models.TextField(
                            choices=[
                                ("unpaid", "unpaid"),
                                ("partially_paid", "partially paid"),
                                ("paid", "paid"),
                                ("void", "void"),
                            ]
                        ),
                        verbose_name="status",
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
                ("void_reason", models.TextField(blank=True, db_default="", verbose_name="why it is void")),
            ],
            options={
                "verbose_name": "bill",
                "verbose_name_plural": "bills",
                "db_table": "bill",
                "permissions": [("void_bill", "Can void a bill")],
            },
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_default=clinic.database.clock.Today(), verbose_name="day")),
                ("number", models.IntegerField(db_default=1, verbose_name="sheet")),
                (
                    "payment_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], size=None, verbose_name="payments"
                    ),
                ),
                ("note", models.TextField(blank=True, db_default="", verbose_name="note")),
                (
                    "closed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="closed at"
                    ),
                ),
                (
                    "closed_by",
                    models.TextField(
                        db_default=clinic.database.stamps.Actor(), editable=False, verbose_name="closed by"
                    ),
                ),
            ],
            options={
                "verbose_name": "day close",
                "verbose_name_plural": "day closes",
                "db_table": "day_close",
                "db_table_comment": "A day's takings as they were counted. Closing again adds a sheet; none ever changes.",
                "default_permissions": ("view", "add"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__range", ("1800-01-01", "9999-12-31")), ("day__isnull", True), _connector="OR"
                        ),
                        name="day_close_day_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                    models.UniqueConstraint(
                        fields=("day", "number"),
                        name="day_close_number_is_given_once_a_day",
                        violation_error_message="Somebody closed this day at the same moment; look at their sheet first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="day_close_number_begins_at_one",
                        violation_error_message="The first sheet of a day is number 1.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayCloseLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "method",
                    models.TextField(
                        choices=[
                            ("cash", "cash"),
                            ("card", "card"),
                            ("transfer", "bank transfer"),
                            ("cheque", "cheque"),
                            ("copay", "copay"),
                            ("insurance", "insurance"),
                            ("other", "other"),
                        ],
                        db_default="cash",
                        verbose_name="method",
                    ),
                ),
                (
                    "expected",
                    clinic.money.MoneyField(
                        db_default=Decimal("0"), decimal_places=2, max_digits=12, verbose_name="expected"
                    ),
                ),
                (
                    "counted",
                    clinic.money.MoneyField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="counted"
                    ),
                ),
                (
                    "difference",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("counted"), "-", models.F("expected")
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=12),
                        verbose_name="difference",
                    ),
                ),
                (
                    "day_close",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="billing.dayclose",
                        verbose_name="day close",
                    ),
                ),
            ],
            options={
                "db_table": "day_close_line",
                "db_table_comment": "What a day's sheet holds of one method of payment.",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bill",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="billing.bill",
                        verbose_name="bill",
                    ),
                ),
                ("amount", clinic.money.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                (
                    "method",
                    models.TextField(
                        choices=[
                            ("cash", "cash"),
                            ("card", "card"),
                            ("transfer", "bank transfer"),
                            ("cheque", "cheque"),
                            ("copay", "copay"),
                            ("insurance", "insurance"),
                            ("other", "other"),
                        ],
                        db_default="cash",
                        verbose_name="method",
                    ),
                ),
                ("reference", models.TextField(blank=True, db_default="", verbose_name="reference")),
                ("paid_on", models.DateField(db_default=clinic.database.clock.Today(), verbose_name="paid on")),
                ("external_ref", models.TextField(blank=True, null=True, verbose_name="external reference")),
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
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason of a refund")),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "db_table": "payment",
                "permissions": [("refund_payment", "Can refund money")],
            },
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["patient", "-issued_on"], name="bill_of_patient"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["-issued_on", "-id"], name="bill_by_date"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["status", "-issued_on", "-id"], name="bill_by_status"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["total_amount"], name="bill_by_amount"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("external_ref",), name="bill_external_ref_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("booking",), name="bill_is_the_only_one_of_its_booking"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_on__range", ("1800-01-01", "9999-12-31")), ("issued_on__isnull", True), _connector="OR"
                ),
                name="bill_issued_on_is_a_calendar_day",
                violation_error_message="Give a calendar day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("service_fee__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="bill_service_fee_is_not_negative",
                violation_error_message="The service fee cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("medicine_fee__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="bill_medicine_fee_is_not_negative",
                violation_error_message="The medicine fee cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("other_fee__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="bill_other_fee_is_not_negative",
                violation_error_message="The other fee cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="bill_discount_is_not_negative",
                violation_error_message="The discount cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("service_fee", django.db.models.functions.math.Round("service_fee", 2)),
                    ("service_fee__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="bill_service_fee_fits_ten_digits_and_two_decimals",
                violation_error_message="The service fee can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("medicine_fee", django.db.models.functions.math.Round("medicine_fee", 2)),
                    ("medicine_fee__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="bill_medicine_fee_fits_ten_digits_and_two_decimals",
                violation_error_message="The medicine fee can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("other_fee", django.db.models.functions.math.Round("other_fee", 2)),
                    ("other_fee__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="bill_other_fee_fits_ten_digits_and_two_decimals",
                violation_error_message="The other fee can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount", django.db.models.functions.math.Round("discount", 2)),
                    ("discount__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="bill_discount_fits_ten_digits_and_two_decimals",
                violation_error_message="The discount can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_paid", django.db.models.functions.math.Round("amount_paid", 2)),
                    ("amount_paid__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="bill_amount_paid_fits_ten_digits_and_two_decimals",
                violation_error_message="The amount paid can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "discount__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("service_fee"), "+", models.F("medicine_fee")
                            ),
                            "+",
                            models.F("other_fee"),
                        ),
                    )
                ),
                name="bill_discount_does_not_exceed_fees",
                violation_error_message="The discount cannot exceed the fees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_paid__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("service_fee"), "+", models.F("medicine_fee")
                                ),
                                "+",
                                models.F("other_fee"),
                            ),
                            "-",
                            models.F("discount"),
                        ),
                    )
                ),
                name="bill_is_not_overpaid",
                violation_error_message="The bill cannot be less than what was already paid.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_paid__gte", 0)),
                name="bill_refunds_do_not_exceed_payments",
                violation_error_message="No more can be refunded than was paid.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("voided_at__isnull", True), ("amount_paid", 0), _connector="OR"),
                name="bill_with_money_on_it_is_not_void",
                violation_error_message="A bill with money on it cannot be voided; refund it first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method__in", ["cash", "card", "transfer", "cheque", "copay", "insurance", "other"])
                ),
                name="day_close_line_method_is_a_known_word",
                violation_error_message="Choose one of: cash, card, transfer, cheque, copay, insurance, other.",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="day_close_line_counted_is_not_negative",
                violation_error_message="The counted cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.UniqueConstraint(
                fields=("day_close", "method"), name="day_close_line_is_the_only_one_of_its_method"
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "cash"), _negated=True), ("counted__isnull", False), _connector="OR"
                ),
                name="day_close_line_of_cash_is_counted",
                violation_error_message="Count the cash.",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected", django.db.models.functions.math.Round("expected", 2)),
                    ("expected__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="day_close_line_expected_fits_ten_digits_and_two_decimals",
                violation_error_message="The expected can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycloseline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted", django.db.models.functions.math.Round("counted", 2)),
                    ("counted__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="day_close_line_counted_fits_ten_digits_and_two_decimals",
                violation_error_message="The counted can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["bill"], name="payment_of_bill"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["-paid_on", "-id"], name="payment_by_date"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("external_ref",), name="payment_external_ref_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_on__range", ("1800-01-01", "9999-12-31")), ("paid_on__isnull", True), _connector="OR"
                ),
                name="payment_paid_on_is_a_calendar_day",
                violation_error_message="Give a calendar day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method__in", ["cash", "card", "transfer", "cheque", "copay", "insurance", "other"])
                ),
                name="payment_method_is_a_known_word",
                violation_error_message="Choose one of: cash, card, transfer, cheque, copay, insurance, other.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True),
                name="payment_amount_is_not_zero",
                violation_error_message="The amount cannot be zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount", django.db.models.functions.math.Round("amount", 2)),
                    ("amount__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="payment_amount_fits_ten_digits_and_two_decimals",
                violation_error_message="The amount can have ten digits and two decimals at most.",
            ),
        ),
    ]
