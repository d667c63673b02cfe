"""The build: landed reports to checked marts, in the foreground or in the background."""
