"""Documents into files, by Quarto where it is installed, else by the embedded engine."""
