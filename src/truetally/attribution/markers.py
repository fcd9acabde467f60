"""Which texts of a signature to look for in the client that is said to bear it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from truetally.attribution.lookup import entry_parts
from truetally.events.schema import PLUGIN_SEPARATOR
from truetally.signatures.signature import HOSTS, Signature

LEAST_LATIN, LEAST_OTHER = 6, 2  # characters: what is shorter stands in any program by chance
MOST = 40  # each is a reading of the whole client; a longer list is looked up value by value


def markers(signature: Signature) -> tuple[str, ...]:
    """List the texts that a signature's fields are made of, and its own markers, once each.

    Of a plugin list its entries, and their names, descriptions and types; of an address its host
    and path too; of a host the name without the dot before it. Texts too short to say anything are
    left out.
    """
    found = [part.strip() for field in signature.fields for value in field.values
             for part in _parts(field.column, value)]
    return tuple(dict.fromkeys(text for text in (*found, *signature.markers) if _speaks(text)))


def _parts(column: str, value: str) -> Iterator[str]:
    if column == "plugins":
        for entry in value.split(PLUGIN_SEPARATOR):
            name, description, types = entry_parts(entry.strip())
            yield from (entry, name, description, *types)
    elif column in HOSTS:
        yield value.strip(".")
    elif column in HOSTS.values():
        yield value
        yield from _of_address(value)
    else:
        yield value


def _of_address(value: str) -> Iterator[str]:
    try:
        address = urlsplit(value)
    except ValueError:
        return
    yield from (address.netloc, address.path)


def _speaks(text: str) -> bool:
    return len(text) >= (LEAST_LATIN if text.isascii() else LEAST_OTHER)
