"""A mail: bytes in, records out. Pure, and nothing in here raises on what a mail contains."""
