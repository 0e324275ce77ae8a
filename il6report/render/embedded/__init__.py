"""The engine for machines without Quarto: nbclient executes, pandoc and typst write."""
