"""Replayed row.

Finds: rows that repeat an earlier row of the case in every column, to the millisecond; every copy
after the first.

Shows: the same record was delivered more than once. One act has one record, so the copies are no
further acts. Which of the copies is kept changes nothing, for they are equal.

Innocent causes: log shippers that deliver at least once, a file given twice, an overlap of two
exports. The copies are left out all the same; the cause is no reproach. Where a source keeps whole
seconds and few columns, two acts in one second can look like a copy.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Run, Values, page

# row_key is a 64-bit hash of all columns: it finds candidates, the exact columns beside it decide
# that nobody's row is taken for a copy because it was made to share another's hash.
KEYS = ("row_key", "time_ms", "kind", "item_id", "part_id", "identity", "device_id", "ip",
        "user_agent", "watched_ms")


def flag(r: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether an equal row comes before this one."""
    return r.previous_ms.notnull()


CRITERION = Criterion(
    code="replayed-row", revision=1, klass="GIVT", basis="rule", family="technical", scope="day",
    reads=KEYS, optional=KEYS[2:],
    shape=Run(keys=KEYS, required=("row_key",), flag=flag, carry=""),
    citation="MRC invalid-traffic standards, GIVT: removal by routine means of filtration; "
             "民事诉讼证据规定 (2019) Art 93: complete and reliable storage and transfer",
    standard_says="MRC: GIVT, found from the data itself",
    en=page(__doc__),
    zh=Page(
        title="重复记录",
        finds="与案内在先一行所有列完全相同（精确到毫秒）的记录；首次出现之后的每一份副本。",
        shows="同一记录被交付不止一次。一次行为只有一条记录，副本不是新的行为；副本彼此相同，保留"
              "哪一份均无差别。",
        innocent="日志传输“至少一次”送达、同一文件重复提交、两次导出有重叠。副本一律剔除，但不作"
                 "责难。"
                 "若来源只精确到秒且列数很少，同一秒内的两次行为可能看似副本。"))
