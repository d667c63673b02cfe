"""Storage and movement of data: landing, raw tables, builds and publication. Never imports `app`."""
