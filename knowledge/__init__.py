"""What Duly knows: questions, clauses, topics, risks. Read once, checked, never written. No database, no people."""
