"""Official documents as Word files (DOCX).

The writing modules import python-docx; request handlers import them only when a document is requested.
"""
