"""Official documents as content: what they state, by reviewed rules, without a file format.

`exports/docx` and `exports/pdf` write the same content, so that both state the same figures in the same words.
"""
