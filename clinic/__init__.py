"""Clinic Pulse: a clinic's staff application whose numbers are never out of date."""
