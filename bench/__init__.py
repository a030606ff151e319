"""Fettle measured beside a bare reference: `python -m bench --help`."""
