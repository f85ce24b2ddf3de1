"""The tests that need no browser, on each Python with each PostgreSQL: `make matrix`."""
