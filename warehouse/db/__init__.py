"""The registry's database: every table, who may change what in it, and connections to it."""
