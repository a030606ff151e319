"""Bytes: on a disk, in an S3 store, or in memory for tests; which one, only `open.py` knows."""
