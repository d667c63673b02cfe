"""The quarterly review as slides: facts in, titles that say the finding and blocks of words and figures out.

Pure: nothing here draws or writes a file; `html` and `app.exports` do, from the same slides.
"""
