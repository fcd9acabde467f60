"""Frozen lists and signatures as data: load, check, hash, date, and say where each entry is from."""
