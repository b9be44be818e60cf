"""One declaration per measure."""
