"""Seal, time-stamp, custody, proof, verification: this room sees bytes, and needs no engine."""
