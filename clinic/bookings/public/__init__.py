"""The page where anybody asks for an appointment, without an account.

In reading order: `limit` (how often one address may ask), `request_booking` (the verb), `forms`, `views`.
It tells nobody anything about patients: the only thing it shows is which times are free.
"""
