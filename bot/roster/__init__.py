"""Where families come from: OneRoster bundles, read with care."""
