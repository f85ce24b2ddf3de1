"""Protocols checked through every interleaving, apart from any database."""
