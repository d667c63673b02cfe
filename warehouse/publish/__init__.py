"""Published versions: written, switched, read by engines, exported as files."""
