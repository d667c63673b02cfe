"""The registry's database: tables, append-only triggers and connections."""
