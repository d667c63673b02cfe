"""Upgrade of an installation to this release."""
