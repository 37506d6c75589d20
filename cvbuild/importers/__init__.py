"""Files of other programs → what a profile holds. No importer opens a connection."""
