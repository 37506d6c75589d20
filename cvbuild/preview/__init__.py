"""Previews: what is built again on every save.

`inputs` knows which files a build reads, `follow` builds whenever they have changed, `memory` keeps what was built.
"""
