"""Tie traffic to the software that made it: artefacts, captures and ledgers against the log."""
