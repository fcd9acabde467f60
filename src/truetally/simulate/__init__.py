"""Simulate audiences and fleets: labelled log records for tests, and never any traffic."""

from truetally.simulate.generate import Written, simulate
from truetally.simulate.load import load, scenarios
from truetally.simulate.plan import Plan, plan

__all__ = ["Plan", "Written", "load", "plan", "scenarios", "simulate"]
