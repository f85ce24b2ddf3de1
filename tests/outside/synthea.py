"""A folder as Synthea writes it, small enough to count by hand.

Ann paid her visit and her medicine in full, Bob paid part of his visit, and Bob's last claim, which belongs
to no visit, is unpaid.
"""

from __future__ import annotations

import csv
from pathlib import Path

Row = dict[str, str]
DAY = "2024-05-06"
"""The day of Bob's visit."""


def row(columns: str, cells: str) -> Row:
    """Pair column names and cells, both divided by bars."""
    return dict(zip(columns.split("|"), cells.split("|"), strict=True))


def table(columns: str, *lines: str) -> list[Row]:
    """Make the rows of one file."""
    return [row(columns, line) for line in lines]


def files() -> dict[str, list[Row]]:
    """Return the rows of the seven files, to be changed at will before they are written."""
    return people() | visits() | goods() | claims() | {"claims_transactions.csv": transactions()}


def people() -> dict[str, list[Row]]:
    """Return two who treat and three who are treated."""
    return {
        "providers.csv": table(
            "Id|ORGANIZATION|NAME|SPECIALITY",
            "d1|o1|Dana Doctor|GENERAL PRACTICE",
            "d2|o1|Nora Nurse|",
        ),
        "patients.csv": table(
            "Id|BIRTHDATE|DEATHDATE|SSN|FIRST|LAST|GENDER|ADDRESS|CITY|STATE|ZIP",
            "p1|1987-04-27||999-66-2214|Ann|Example|F|1 Main Street|Town|State|01234",
            "p2|1950-01-31|2024-06-01|999-66-2215|Bob|O'Brien, Jr.|M|2 Main Street|Town|State|",
            "p3|2011-03-18||999-66-2216|Çelik||X|||State|",
        ),
    }


def visits() -> dict[str, list[Row]]:
    """Return a visit of each patient."""
    return {
        "encounters.csv": table(
            "Id|START|STOP|PATIENT|PROVIDER|DESCRIPTION|REASONCODE|REASONDESCRIPTION",
            "e1|2014-05-06T08:34:30Z|2014-05-06T08:49:30Z|p1|d1|Encounter for symptom|1|Otitis media",
            f"e2|{DAY}T18:00:00Z|2024-05-08T18:00:00Z|p2|d2|Admission to hospital||",
            "e3|2024-05-07T08:00:00Z||p3||Well child visit||",
        ),
    }


def goods() -> dict[str, list[Row]]:
    """Return what was handed out to them."""
    return {
        "medications.csv": table(
            "START|PATIENT|ENCOUNTER|CODE|DESCRIPTION|BASE_COST|DISPENSES|TOTALCOST",
            "2014-05-06T08:49:30Z|p1|e1|308192|Amoxicillin 500 MG Oral Tablet|290.82|1|290.82",
            "2014-06-06T08:49:30Z|p1|e1|308192|Amoxicillin 500 MG Oral Tablet|300.00|2|600.00",
            "2024-05-07T08:00:00Z|p3|e3|198405|Ibuprofen 100 MG Oral Tablet|41.50|12|498.00",
        ),
        "supplies.csv": table(
            "DATE|PATIENT|ENCOUNTER|CODE|DESCRIPTION|QUANTITY",
            "2014-05-06|p1|e1|337388004|Blood glucose testing strips|50",
            "2024-05-06|p2|e2|337388004|Blood glucose testing strips|50",
            "2024-05-06|p2|e2|1137596000|Blood lancet|0",
        ),
    }


def claims() -> dict[str, list[Row]]:
    """Return two claims for one visit, one for another, and one for none."""
    return {
        "claims.csv": table(
            "Id|PATIENTID|PROVIDERID|APPOINTMENTID|SERVICEDATE|STATUS1",
            "c1|p1|d1|e1|2014-05-06T08:34:30Z|CLOSED",
            "c2|p1|d1|e1|2014-05-06T08:34:30Z|CLOSED",
            f"c3|p2|d2|e2|{DAY}T18:00:00Z|BILLED",
            f"c4|p2|d2||{DAY}T18:00:00Z|BILLED",
        ),
    }


def transactions() -> list[Row]:
    """Return charges, payments, a debt handed from the insurer to the patient, and an adjustment."""
    return table(
        "ID|CLAIMID|TYPE|AMOUNT|METHOD|FROMDATE|PROCEDURECODE|NOTES|PAYMENTS|ADJUSTMENTS|TRANSFERS|OUTSTANDING",
        "t1|c1|CHARGE|85.55||2014-05-06T08:34:30Z|185345009|Encounter|0.00|0.00||0.00",
        "t2|c1|PAYMENT||COPAY|2014-05-06T08:34:30Z|185345009|Encounter|50.00|0.00||35.55",
        "t3|c1|TRANSFEROUT|||2014-05-06T08:34:30Z|185345009|Encounter|0.00|0.00|35.55|35.55",
        "t4|c1|TRANSFERIN|35.55||2014-05-06T08:34:30Z|185345009|Encounter|0.00|0.00|35.55|35.55",
        "t5|c1|PAYMENT||ECHECK|2014-05-06T08:34:30Z|185345009|Encounter|35.55|0.00||0.00",
        "t6|c2|CHARGE|290.82||2014-05-06T08:49:30Z|308192|Amoxicillin|0.00|0.00||0.00",
        "t7|c2|PAYMENT||CC|2014-05-06T08:49:30Z|308192|Amoxicillin|290.82|0.00||0.00",
        f"t8|c3|CHARGE|1000.10||{DAY}T18:00:00Z|305408004|Admission|0.00|0.00||0.00",
        f"t9|c3|CHARGE|200.20||{DAY}T19:00:00Z|44608003|Blood group typing|0.00|0.00||0.00",
        f"t10|c3|PAYMENT||CASH|{DAY}T19:00:00Z|305408004|Admission|400.00|0.00||600.10",
        f"t11|c3|ADJUSTMENT|||{DAY}T19:00:00Z|305408004|Admission|0.00|100.30||499.80",
        f"t12|c3|PAYMENT||CASH|{DAY}T19:00:00Z|44608003|Blood group typing|0.00|0.00||200.20",
        f"t13|c4|CHARGE|12.00||{DAY}T18:00:00Z|41.50|Parking|0.00|0.00||12.00",
    )


NUMBERS = {
    "appointments_total": "3",
    "appointments_today": "1",
    "bookings_total": "3",
    "bookings_pending": "0",
    "bookings_confirmed": "0",
    "bookings_completed": "3",
    "patients_total": "3",
    "medical_records_total": "3",
    "inventory_items_total": "4",
    "inventory_low_stock": "1",
    "inventory_out_of_stock": "1",
    "bills_total": "4",
    "bills_paid": "2",
    "bills_unpaid": "1",
    "bills_partially_paid": "1",
    "revenue_total": "376.37",
    "amount_billed_total": "1488.37",
    "amount_paid_total": "776.37",
    "balance_outstanding": "712.00",
}
"""What the clinic's statistics must be after the import, on `DAY`, counted by hand."""


def write(folder: Path, content: dict[str, list[Row]]) -> Path:
    """Write the files as CSV."""
    for name, rows in content.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder
