"""Dialect A, to the letter: what a client written for the Serial work-order API sends and expects (contract A)."""
