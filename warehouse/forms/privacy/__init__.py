"""Signs of personal data in workbooks and texts."""
