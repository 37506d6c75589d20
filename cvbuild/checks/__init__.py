"""Checks: what must hold of a document before it is set, and of what came out."""
