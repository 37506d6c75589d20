"""What builds keep for later ones: finished artifacts, with all that tells whether they would come out the same again.

Whatever is doubtful is not kept, and whatever is not as it was put there counts as not there: then it is made anew.
"""
