"""The errors of this room, which ships alone: it cannot use those of the rest."""


class EvidenceError(Exception):
    """A key, a seal, a package or a log cannot be used: whoever keeps it must act."""

    exit_code = 2


class VerificationError(EvidenceError):
    """What was found is not what must be there. `place` names where."""

    exit_code = 1

    def __init__(self, what: str, place: str, expected: object, found: object) -> None:
        """Keep the parts of the message, so that a finding can name them one by one."""
        super().__init__(f"{what} in {place}: expected {expected}; found {found}.")
        self.what = what
        self.place = place
        self.expected = str(expected)
        self.found = str(found)


def same(what: str, place: str, expected: object, found: object) -> None:
    """Raise VerificationError if the two differ."""
    if expected != found:
        raise VerificationError(what, place, expected, found)
