"""The quarterly workbook: layout, writer of empty forms, reader of filled forms."""
