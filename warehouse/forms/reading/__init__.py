"""The reader of filled workbooks: cells, rows, sheets, cover, problems."""
