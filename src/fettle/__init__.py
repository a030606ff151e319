"""Fettle: work orders, and the proof that the work was done."""

__version__ = "0.1.0"
