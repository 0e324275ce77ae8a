"""The data-generating model that wrote data/raw."""
