"""What is true: the types of the record and its rules. No I/O, no clock, no settings."""
