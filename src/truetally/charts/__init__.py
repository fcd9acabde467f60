"""Ranks, trends, shares and an index before and after, and their drawings: from counts alone."""
