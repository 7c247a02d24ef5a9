"""Papers of a case: worded from the catalogue, drawn as Word files when they are sent."""
