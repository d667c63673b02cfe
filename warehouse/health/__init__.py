"""Health of an installation: what needs attention, for monitors, pages and commands."""
