"""Count what is real, and prove what is not."""

__version__ = "0.1.0"
