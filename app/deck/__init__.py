"""Slides of the quarterly review: facts in; slides with titles and blocks of texts and figures out.

Pure: no module here renders or writes a file; `html` and `app.exports` do, from the same slides.
"""
