"""Make the fonts of themes/fonts/tex from those beside it: run `python -m maketex` in themes/fonts.

pdfTeX wants Type 1 outlines of at most 256 characters each, with metrics of its own. Here they are cut from the very
fonts that the other engines use, so that a page looks the same whoever sets it. Every glyph is named by its
character (`uni0041`): from that name all engines write the table by which text is copied out of a PDF.
"""
