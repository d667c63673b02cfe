"""The build: landed reports to checked marts, in one process, in the background or in a warm worker."""
