"""Live previews: what is built again on every save, and the page in a browser that shows it.

`inputs` knows which files a build reads, `follow` builds whenever they have changed, `session` is what a page shows of
that, and `server` the way there: loopback only, for whoever has the token of the run.
"""
