"""Files that leave the app: each carries its period, version and, for sample data, the sample label."""
