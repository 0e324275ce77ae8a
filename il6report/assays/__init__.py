"""Raw readings into quantities with a unit and a detection limit."""
