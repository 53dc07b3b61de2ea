"""Each figure of the README, with the command that makes it. None is a test that passes or fails by time."""
