"""Rows: SQLite or PostgreSQL behind one set of nouns. `open.py` is the way in."""
