"""Say it, in Chinese and English, every figure as it was counted: views of a case, no arithmetic
that decides."""
