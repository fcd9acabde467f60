"""Read list entries from installed packages, so that no list of others is copied into ours."""

import json
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from truetally.errors import PolicyError, problem
from truetally.signatures.crawlers import crawler_entries
from truetally.signatures.entries import Entry, Kind

# Lists of networks from which no person browses, except through a gateway or a virtual desktop.
# Left out on purpose: akamai, cloudflare and fastly, because people leave through them (private
# relays); vpn-ipv4 and vpn-ipv6, which mix VPN exits with whole providers: in the edition of
# 2025-12-23 they contain 81 % of amazon-aws and 99 % of microsoft-azure, so they can serve
# neither as exceptions nor as data centres without naming people's VPNs as fake. A policy may
# still name them: package:pymispwarninglists/vpn-ipv4.
CLOUDS = ("amazon-aws", "google-gcp", "microsoft-azure", "microsoft-azure-china",
          "microsoft-azure-germany", "microsoft-azure-us-gov", "ovh-cluster")
# Companies' secure web gateways: people stand behind these addresses.
GATEWAYS = ("zscaler",)


def read_package(origin: str, kind: Kind) -> tuple[str, tuple[Entry, ...]]:
    """Read a list from the package named after ``package:``; return its version and entries.

    Raises PolicyError if the package is unknown, not installed, or holds another kind of list.
    """
    package, _, part = origin.partition("/")
    known: dict[str, Kind] = {"crawler-user-agents": "patterns", "pymispwarninglists": "networks"}
    if known.get(package) != kind:
        raise PolicyError(problem("a package without such a list", where=f"package:{origin}",
                                  expected=", ".join(f"{name} for {of}"
                                                     for name, of in known.items()),
                                  found=f"{package} for {kind}"))
    if package == "crawler-user-agents":
        return _installed(package), crawler_entries(crawler_lines())
    names = tuple(part.split(",")) if part else CLOUDS
    return _installed(package), tuple(line for name in names for line in _warning_list(name))


def crawler_lines() -> list[dict[str, Any]]:
    """Return the records of crawler-user-agents: pattern, url, instances, addition_date."""
    _installed("crawler-user-agents")
    place = _folder("crawleruseragents") / "crawler-user-agents.json"
    lines: list[dict[str, Any]] = json.loads(place.read_text("utf-8"))
    return lines


def _warning_list(name: str) -> tuple[Entry, ...]:
    lists = _folder("pymispwarninglists") / "data" / "misp-warninglists" / "lists"
    known = {item.name for item in lists.iterdir()}
    record = json.loads((lists / name / "list.json").read_text("utf-8")) if name in known else {}
    if record.get("type") != "cidr":
        raise PolicyError(problem("no such list of networks", where="package:pymispwarninglists",
                                  expected=f"{', '.join(CLOUDS + GATEWAYS)} or another of networks",
                                  found=repr(name[:80]), then="correct the name of the list"))
    edition = str(record["version"])
    # Editions are dates written as 20251223; some lists count 1, 2, 3 instead.
    dated = len(edition) == 8 and edition.isdigit()
    added = f"{edition[:4]}-{edition[4:6]}-{edition[6:]}" if dated else ""
    return tuple(Entry(value=value, added=added, source=f"misp-warninglists {name} {edition}")
                 for value in record["list"])


def _folder(module: str) -> Path:
    """Return where a module's files are; its own code, which takes long to load, is not run."""
    spec = find_spec(module)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise PolicyError(problem("the module with the list is not installed", where=module,
                                  then="install its package again"))
    return Path(next(iter(places)))


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise PolicyError(problem("the package with the list is not installed", where=package,
                                  then=f"pip install {package}")) from None
