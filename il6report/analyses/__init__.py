"""One module per question of the paper, its result class beside its function."""
