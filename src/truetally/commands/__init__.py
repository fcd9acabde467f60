"""The commands: each reads its options, calls one room's function, and shows what it returns.

Everything heavy is imported inside a command, so that `truetally --help` answers at once.
"""
