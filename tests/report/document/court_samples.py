"""A constructed court case for the views, whose every text from data can be made hostile."""

from dataclasses import replace

from tests.report import samples

from truetally.report.data import ReportData, Text
from truetally.report.document.court import (
    Added,
    AddedTable,
    Claim,
    CourtData,
    Deed,
    Exhibit,
    Seal,
)

HOSTILE = ('#panic("x") *b* $x$ <script>alert(1)</script> @ref [ // \\ `c` \x00\x1b[31m\u202e'
           "\u200b ]]> &amp; {{ 7*7 }} =cmd|' /C calc'!A0")


def court_data(report: ReportData = samples.DATA, text: str = "text") -> CourtData:
    """Make a court report's data; `text` stands wherever a text can come from outside."""
    said = Text(en=text, zh=text)
    claim = Claim(key="gross", number="F1", name=Text(en="Gross", zh="毛量"),
                  sql=f"SELECT 1 -- {text}", sql_sha256=samples.SHA,
                  result=((report.summary.gross,),),
                  result_sha256=samples.SHA, leaf=samples.SHA)
    lines = replace(claim, key="by_day", number="F2", result=(("2017-08-19", 1), (text, 2)))
    table = AddedTable(title=said, heads=(said, said), numeric=(False, True),
                       rows=((text, "1,234"),))
    added = Added(title=said, file=text, sha256=samples.SHA, note=said, facts=((said, text),),
                  tables=(table,))
    return CourtData(
        report=report, claims=(claim, lines), claims_root=samples.SHA,
        exhibits=(Exhibit(number=1, name=text, category=said, source=said, purpose=said,
                          sha256=samples.SHA),),
        matter={"court": text, "commission": text, "course": text},
        custody=(Deed(when="2026-11-21 00:00:00 UTC", who=text, what=text, version="0.1.0"),),
        seal=Seal(root=samples.SHA, leaves=9, key=text, time=None, authority="",
                  covers_claims=False),
        weaknesses=(said,), added=(added, replace(added, sealed=True)), made_ms=1_504_137_600_000,
        annex_sha256=samples.SHA, annex_opening=samples.SHA, independent=(("origin", "timing"),),
        days=13, missing_days=("2017-08-20",), replayed=2)
