"""Django's PostgreSQL backend, with the acting user's name in each transaction: `ENGINE = "clinic.database"`."""
