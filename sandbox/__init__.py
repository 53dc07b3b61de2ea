"""A small town to try the help line in: its mail, its portal, its families. Knows nothing of the bot."""
