"""Results into great_tables objects, one module per question."""
