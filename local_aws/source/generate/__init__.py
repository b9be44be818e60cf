"""The SQL of the generator, one file a step, run in the order of their numbers."""
