"""Figures as a reader wants them, by integer arithmetic: grouped digits, shares, durations."""


def grouped(number: int | None) -> str:
    """Write an integer with its thousands grouped; None is a dash: unknown, not zero."""
    return "–" if number is None else f"{number:,}"


def permille(part: int, whole: int) -> int:
    """Return `part` of `whole` in permille, rounded half up; 0 of nothing is 0."""
    return (part * 2000 + whole) // (2 * whole) if whole else 0


def percent(part: int | None, whole: int | None) -> str:
    """Write `part` of `whole` as a percentage with one decimal.

    Something is never shown as nothing (``< 0.1 %``) nor most as all (``> 99.9 %``).
    """
    if part is None or not whole:
        return "–"
    share = permille(part, whole)
    if share == 0 and part > 0:
        return "< 0.1 %"
    if share >= 1000 and part < whole:
        return "> 99.9 %"
    return of_permille(share)


def of_permille(share: int | None) -> str:
    """Write a share in permille as a percentage: 973 is ``97.3 %``."""
    return "–" if share is None else f"{share // 10}.{share % 10} %"


def duration(length_ms: int | None) -> str:
    """Write a duration in whole seconds, as hours, minutes and seconds: ``1:06:54``."""
    if length_ms is None:
        return "–"
    seconds = length_ms // 1000
    return f"{seconds // 3600:,}:{seconds // 60 % 60:02}:{seconds % 60:02}"
