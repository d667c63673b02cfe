"""Official documents (DOCX) in the layout of Decree 30/2020/NĐ-CP, Appendix I.

The writing modules import python-docx; request handlers import them only when a document is requested.
"""
