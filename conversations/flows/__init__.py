"""What the help line does for each thing that a parent can want; the table in `machine` calls these."""
