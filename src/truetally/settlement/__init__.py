"""Money from valid counts: contracts, royalty statements with hold-back and claw-back, damages."""
