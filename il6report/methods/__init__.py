"""The statistics libraries, translated to one vocabulary and completed; their only importer."""
