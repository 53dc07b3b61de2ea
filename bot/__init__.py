"""The shell round the core: everything that touches the world."""
