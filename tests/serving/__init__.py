"""Serving many at once: the gate, the words when it is too much, and every connection given back."""
