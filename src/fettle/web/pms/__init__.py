"""Contract B: the PMS dialect below `/v1`, which is this project's own full API as well."""
