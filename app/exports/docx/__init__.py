"""Official documents (DOCX) in the layout of Decree 30/2020/NĐ-CP, Appendix I.

The modules that write import python-docx; whoever answers requests imports them when a document is asked for.
"""
