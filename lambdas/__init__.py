"""One module per event that moves a batch on."""
