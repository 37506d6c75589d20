"""Writers: a document in one output format each. Same input, same bytes; whatever is not markup is escaped."""
