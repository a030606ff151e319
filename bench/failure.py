"""What stops a measurement."""


class MeasurementFailed(Exception):
    """A server did not start, or answered otherwise than expected: there is no figure."""
