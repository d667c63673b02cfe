"""Detection of personal data in workbooks and texts."""
