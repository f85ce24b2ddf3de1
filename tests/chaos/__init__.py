"""Faults of an installation with several web processes, each caused for real while pages are open: `make chaos`."""
