"""Days of birth as people type them, in French and English: which day, which days, or none."""
