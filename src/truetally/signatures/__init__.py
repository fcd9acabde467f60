"""Frozen lists and signatures as data: load, check, hash, date, say where each entry is from."""
