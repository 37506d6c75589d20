"""Records of ORCID (version 3), whole or in parts: the person, their works, and all else that they have done.

    record ─ affiliations ▶ entries     record ─ people ▶ the person     record ─ works ▶ publications

What ORCID shows to trusted parties alone, or to nobody, is private in the profile.
"""
