"""Storing and moving: landing, raw tables, building and publishing. Never imports `app`."""
