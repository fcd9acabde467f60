"""What a party states of a matter: court, question, how its systems ran. A TOML file of texts."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.report.document.court import MATTER

_MOST_BYTES = 1 << 20


def read_matter(path: Path) -> Mapping[str, str]:
    """Read a party's statements: keys of MATTER, each a text.

    Raises:
        InputError: not TOML, an unknown key, or a value that is not a text.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise InputError(problem("the statements are too long", where=path,
                                     expected=f"at most {_MOST_BYTES} bytes", found=len(data)))
        raw = tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(problem("cannot read the statements", where=path, found=str(error)[:200],
                                 expected="a TOML file in UTF-8",
                                 then="correct --matter")) from error
    for key, text in raw.items():
        if key not in MATTER or not isinstance(text, str):
            raise InputError(problem("not a statement", where=f"{path}, {key!r}",
                                     expected=f"a text for one of {', '.join(MATTER)}",
                                     found=type(text).__name__, then="correct the file"))
    return {key: " ".join(text.split()) for key, text in raw.items() if text.strip()}
