"""Carry out a study on its profile; what it finds becomes an input of the decision."""

import pyarrow as pa

from truetally.criterion import Study
from truetally.decisions.plan import keys_of
from truetally.decisions.policy import Rule
from truetally.errors import EngineError, problem


def find(rule: Rule, profile: pa.Table, seed: int) -> pa.Table:
    """Run one study on its profile (keys as texts, ordered) and return the flagged groups.

    Raises:
        EngineError: the study returned columns other than its keys and whole numbers.
    """
    shape = rule.criterion.shape
    assert isinstance(shape, Study)
    result = shape.find(profile, rule.values, seed)
    keys = keys_of(rule)
    wrong = [f.name for f in result.schema
             if f.name not in keys and not pa.types.is_integer(f.type)]
    if wrong or not set(keys) <= set(result.column_names):
        raise EngineError(problem(f"the study {rule.criterion.code} returned an unusable table",
                                  expected=f"keys {', '.join(keys)} and whole numbers",
                                  found=", ".join(result.column_names),
                                  then="report this as a defect"))
    return result
