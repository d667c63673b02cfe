"""The quarterly workbook: its layout, the writer of empty forms and the reader of filled ones."""
