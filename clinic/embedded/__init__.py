"""PostgreSQL from the wheel, sample data, and the commands that run a demonstration."""
