"""Django's connections to the database."""
