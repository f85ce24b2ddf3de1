"""How a web process serves many at once: a gate before the work, and words when even waiting is too long."""
