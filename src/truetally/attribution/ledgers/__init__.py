"""Read the seller's order ledgers, client task logs and lists of test orders."""
