"""How good the verdicts are: simulated logs with labels, decided by us and by rivals, compared."""
