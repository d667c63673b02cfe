"""Reading of uploaded files in a separate process."""
