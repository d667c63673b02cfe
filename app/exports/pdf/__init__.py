"""Official documents as PDF/A-2a and PDF/UA-1, for signature and archives.

The writing module imports Typst, which is large; request handlers import it only when a document is requested.
"""
