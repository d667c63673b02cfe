"""The build: from landed reports to checked marts, in the foreground or in the background."""
