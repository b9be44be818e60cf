"""Pure declarations: what the pipeline moves, what it is called and what one stage hands to the next."""
