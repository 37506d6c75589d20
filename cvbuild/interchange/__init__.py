"""What a profile and the formats that other tools share have in common: which field is which, and how each puts it.

Both ways use it: importers on reading, writers on the way back.
"""
