"""What a person does to batches: look at them, push them on, run them again, release them."""
