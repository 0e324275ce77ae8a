"""What is timed, simulated and compared with R; nothing here is needed to use the package."""
