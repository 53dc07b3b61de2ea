"""What typed words stand for, whoever typed them: names, days, schools. No conversation, no record."""
