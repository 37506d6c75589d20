"""Files of other tools as facts: one module per format."""
