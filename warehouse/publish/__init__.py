"""Published versions: storage, the switch between them, engines, and export as files."""
