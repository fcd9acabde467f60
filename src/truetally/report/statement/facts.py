"""What stands above a statement's lines: who settles what, by which terms, on which decisions."""

from truetally.report.words import Lang, say
from truetally.settlement.money import yuan
from truetally.settlement.statement_data import Statement

MONEY_ROWS = ("full", "held_back", "due", "paid_before", "pay", "claw_back")


def statement_facts(s: Statement, lang: Lang) -> list[tuple[str, str]]:
    """List names and values: the parties, the terms, the basis."""
    c = s.contract
    found = [
        (say("statement.number", lang), s.number or say("statement.draft", lang)),
        (say("statement.as_of", lang), s.as_of),
        (say("statement.contract", lang), f"{c.number}  {c.title}"),
        (say("statement.payer", lang), c.payer), (say("statement.payee", lang), c.payee),
        (say("statement.term", lang), f"{c.periods[0].first} – {c.periods[-1].last}"),
        (say("statement.currency", lang), c.currency),
        (say("statement.rounding", lang), say("statement.half_up" if c.rounding == "half-up"
                                              else "statement.half_even", lang) + " · " + say(
            "statement.round_line" if c.round_at == "line" else "statement.round_total", lang)),
        (say("statement.valid_means", lang), _valid(s, lang)),
        (say("statement.bears", lang), _bears(s, lang)),
        (say("statement.hold_back", lang), say("statement.lower_bound" if c.hold_back
                                               else "statement.no_hold_back", lang)),
        (say("statement.case", lang), f"{s.basis.case}  {s.basis.digest}"),
        (say("page.policy", lang), f"{s.basis.policy}  {s.basis.policy_sha256}"),
        (say("statement.contract_sha256", lang), c.sha256)]
    if s.earlier:
        found.append((say("statement.earlier", lang), "  ".join(s.earlier)))
    return found


def _valid(s: Statement, lang: Lang) -> str:
    valid = s.contract.valid
    parts = [say("statement.by_policy", lang, policy=s.basis.policy)]
    if valid.paid_only:
        parts.append(say("statement.asks_paid", lang))
    if valid.minimum_watch_ms is not None:
        parts.append(say("statement.asks_watch", lang, seconds=valid.minimum_watch_ms // 1000))
    return " · ".join(parts)


def _bears(s: Statement, lang: Lang) -> str:
    c = s.contract
    return " · ".join((
        say("statement.bears_undetermined", lang, who=say(f"bearer.{c.undetermined}", lang)),
        say("statement.bears_suspect", lang, who=say(f"bearer.{c.suspect}", lang))))


def statement_warnings(s: Statement, lang: Lang) -> list[str]:
    """List what a reader must know before the figures."""
    found = [] if s.number else [say("statement.is_draft", lang)]
    found += [say("page.synthetic", lang)] if s.basis.synthetic else []
    found += [say("statement.changed", lang)] if s.contract_changed else []
    found += [say("statement.missing", lang, period=label, days=days)
              for label, days in s.days_missing.items()]
    if s.contract.hold_back:
        found.append(say("statement.interval", lang, file=s.basis.estimate_file)
                     if s.basis.estimate_file else say("statement.no_interval", lang))
    return found


def statement_money(s: Statement, lang: Lang) -> list[tuple[str, str]]:
    """List the totals in money, as decimal texts."""
    return [(say(f"statement.{name}", lang), yuan(getattr(s.totals, f"{name}_fen")))
            for name in MONEY_ROWS]
