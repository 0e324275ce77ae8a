"""Results into plotnine objects, one module per question."""
