"""Reading uploaded files in a process of its own."""
