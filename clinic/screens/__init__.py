"""What every staff screen shares: guards, forms that are sent once, edits that collide, live lists.

Start with `submit.py` (how a form becomes a change) and `listing.py` (how a table becomes a page).
"""
