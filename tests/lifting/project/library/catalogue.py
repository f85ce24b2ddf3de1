"""What the library's people read of its numbers."""

from __future__ import annotations

from clinic.stats.metric import DAY, Metric, Section

SECTIONS = (
    Section(
        "shelves",
        "Shelves",
        "library.view_book",
        frozenset({"book", DAY}),
        (Metric("books_total", "Books", "All books."),),
    ),
    Section(
        "counter",
        "Counter",
        "library.view_loan",
        frozenset({"loan", DAY}),
        (
            Metric("loans_out", "Lent", "Loans of books that are out."),
            Metric("fees_total", "Fees", "Fees of all loans.", "money"),
        ),
    ),
)
