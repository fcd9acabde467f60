"""One tree of errors, by who must act. A message says what, where, expected, found, next step."""


class TruetallyError(Exception):
    """Anything a user can act on. The command line prints it without a traceback."""

    exit_code = 2


class InputError(TruetallyError):
    """A source, mapping or option is not usable: whoever supplied it must act."""


class PolicyError(TruetallyError):
    """A policy, parameter, list or signature is not usable: whoever wrote the policy must act."""


class EngineError(TruetallyError):
    """The engine or the machine under it failed: whoever operates it must act."""


class CaseError(TruetallyError):
    """The case folder is locked, foreign or damaged: whoever keeps the case must act."""


def problem(what: str, *, where: object = "", expected: object = "", found: object = "",
            then: str = "") -> str:
    """Join the five parts of a message, leaving out the empty ones.

    Returns one paragraph, for example ``"unknown criterion code in video.toml, criterion 3:
    expected one of …; found 'duble-click'. Next: correct the code."``
    """
    text = what + (f" in {where}" if where != "" else "")
    parts = [f"expected {expected}"] if expected != "" else []
    parts += [f"found {found}"] if found != "" else []
    text += (": " + "; ".join(parts)) if parts else ""
    return text + "." + (f" Next: {then}." if then else "")
