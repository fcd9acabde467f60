"""Missing key fields.

Finds: events in which one of the key fields that the policy names is unknown, although the source
records these fields.

Shows: the record does not allow the event to be attributed to anyone, so it cannot be checked.

Innocent causes: privacy settings, an old version of an app, a fault of a collector. The criterion
applies only to a case whose sources have the columns, so that a source that never recorded a field
is not held against its users.
"""

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page
from truetally.errors import PolicyError, problem

FIELDS = ("ip", "user_agent", "device_id")


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether one of the named fields is unknown; never null.

    Raises PolicyError if the policy names no field or one that is not a key field.
    """
    if not p["fields"] or not set(p["fields"]) <= set(FIELDS):
        raise PolicyError(problem("not key fields", where="missing-key-fields, parameter fields",
                                  expected=f"some of {', '.join(FIELDS)}", found=p["fields"]))
    return reduce(or_, [t[name].isnull() for name in FIELDS if name in p["fields"]])


CRITERION = Criterion(
    code="missing-key-fields", revision=1, klass="GIVT", basis="rule", family="technical",
    scope="event", reads=FIELDS, shape=Row(flag=flag),
    citation="T/CAAAD 002-2020 and GB/T 34090-2017: missing key fields are general invalid traffic",
    standard_says="T/CAAAD: 一般无效流量",
    parameters={"fields": Parameter(
        default=("ip",), meaning="fields that must be known: ip, user_agent, device_id",
        meaning_zh="必须具备的字段：ip、user_agent、device_id")},
    en=page(__doc__),
    zh=Page(
        title="关键字段缺失",
        finds="来源本有记录、而规则所列关键字段之一缺失的事件。",
        shows="该记录无法归属于任何人，因而无从核验。",
        innocent="隐私设置、旧版应用、采集故障。仅当来源具备这些列时才适用，从未记录某字段的来源"
                 "不致累及其用户。"))
