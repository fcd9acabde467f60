"""What a statement comes to, what earlier statements paid, and the sums that must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from truetally.errors import CaseError, problem
from truetally.settlement.money import NANO_PER_FEN
from truetally.settlement.plays import Plays
from truetally.settlement.statement import Key, Line
from truetally.settlement.terms import Contract

LARGEST_FEN = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of lines: plays, and whole fen. `pay_fen` less `claw_back_fen` changes hands now;
    one of the two is 0."""

    plays: Plays
    payable_plays: int
    lower_plays: int
    full_fen: int
    due_fen: int
    held_back_fen: int
    paid_before_fen: int
    pay_fen: int
    claw_back_fen: int


def with_earlier(lines: Sequence[Line], paid: Mapping[Key, int]) -> list[Line]:
    """Put what earlier statements paid beside each line.

    What they paid for a line that is no more becomes a line of its own, of nothing due.
    """
    now = {line.key: replace(line, paid_before_nano=paid[line.key]) if line.key in paid else line
           for line in lines}
    gone = [Line(period=key[0], kind=key[1], item_id=key[2], name=key[2],
                 paid_before_nano=nano)
            for key, nano in sorted(paid.items()) if key not in now and nano]
    return [*now.values(), *gone]


def add_up(lines: Sequence[Line]) -> Totals:
    """Add lines up.

    Raises:
        CaseError: an amount does not come to whole fen, which no contract allows, or is beyond
            what JSON holds (2^53 fen).
    """
    plays = Plays()
    for line in lines:
        _add(plays, line.plays)
    full, due = sum(x.full_nano for x in lines), sum(x.due_nano for x in lines)
    before = sum(x.paid_before_nano for x in lines)
    for nano in (full, due, before):
        if abs(nano) > LARGEST_FEN * NANO_PER_FEN:
            raise CaseError(problem("a total is beyond what a statement can hold",
                                    expected=f"at most {LARGEST_FEN} fen", found=nano,
                                    then="look for absurd prices in the contract"))
        if nano % NANO_PER_FEN:
            raise CaseError(problem("a total is not in whole fen", found=nano,
                                    then="do not pay on this statement; report it"))
    full, due, before = full // NANO_PER_FEN, due // NANO_PER_FEN, before // NANO_PER_FEN
    return Totals(plays=plays, payable_plays=sum(x.payable_plays for x in lines),
                  lower_plays=sum(x.lower_plays for x in lines), full_fen=full, due_fen=due,
                  held_back_fen=full - due, paid_before_fen=before, pay_fen=max(0, due - before),
                  claw_back_fen=max(0, before - due))


def _add(whole: Plays, part: Plays) -> None:
    whole.gross += part.gross
    whole.not_counted += part.not_counted
    whole.undetermined += part.undetermined
    whole.valid += part.valid
    whole.suspect += part.suspect
    for reason, events in part.void.items():
        whole.void[reason] = whole.void.get(reason, 0) + events


def check(contract: Contract, lines: Sequence[Line], totals: Totals) -> None:
    """Hold a statement to its sums, line by line and in all, before anything of it is written.

    Raises:
        CaseError: one of them does not hold; the message names it and the line.
    """
    for line in lines:
        p = line.plays
        _hold(p.valid + p.voided + p.undetermined == p.gross, "valid + void + undetermined = gross",
              line)
        _hold(0 <= p.suspect <= p.valid, "suspect plays are valid plays", line)
        _hold(0 <= line.lower_plays <= line.payable_plays <= p.gross,
              "lower <= payable <= gross plays", line)
        _hold(line.due_nano + line.held_back_nano == line.full_nano, "due + held back = full",
              line)
        _hold(line.paid_before_nano + line.pay_now_nano - line.claw_back_nano == line.due_nano,
              "paid before + paid now - claw-back = due", line)
    for period in contract.periods:
        mine = [x for x in lines if x.period == period.label]
        held = sum(x.held_back_nano for x in mine)
        _hold(held >= 0, "nothing held back is negative", period.label)
        _hold(held % NANO_PER_FEN == 0, "a period comes to whole fen", period.label)
    _hold(totals.paid_before_fen + totals.pay_fen - totals.claw_back_fen == totals.due_fen,
          "paid before + paid now - claw-back = due", "the total")
    _hold(totals.due_fen + totals.held_back_fen == totals.full_fen, "due + held back = full",
          "the total")
    moved = sum(x.pay_now_nano - x.claw_back_nano for x in lines)
    _hold(moved == (totals.pay_fen - totals.claw_back_fen) * NANO_PER_FEN,
          "lines sum to the total", "the total")


def _hold(condition: bool, rule: str, where: Line | str) -> None:  # noqa: FBT001 - as in assert
    if not condition:
        place = where if isinstance(where, str) else f"line {' '.join(where.key)}"
        raise CaseError(problem("a statement's sums do not hold", where=place, expected=rule,
                                then="do not pay on this statement; report it"))
