"""Facts that follow from one value alone, made once for each distinct value.

Each function takes an array of distinct values (null allowed) and returns a table with that
column and the columns of `schema.DERIVED` that come from it, in the same order. The result depends
on nothing but the values and the lists given.
"""

import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.derive_address import Networks, derive_addresses, networks
from truetally.events.derive_user_agent import derive_user_agents
from truetally.events.schema import DERIVED_FROM, PLUGIN_SEPARATOR

__all__ = ["Networks", "derive_addresses", "derive_plugins", "derive_urls", "derive_user_agents",
           "networks"]

_FLASH = r"(?i)shockwave flash"
_FLASH_VERSION = r"(?i)shockwave flash\s+(?P<major>[0-9]{1,4})(?:[^0-9]|$)"
_HOST = (r"^(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//(?:[^/?#\\]*@)?"
         r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\s/?#@:\[\]\\\x00-\x1f.\-]"
         r"[^\s/?#@:\[\]\\\x00-\x1f]{0,254}?)\.?(?::[0-9]{0,5})?"
         r"(?:[/?#\\]|$)")


def derive_plugins(plugins: pa.Array) -> pa.Table:
    """Tell from each plugin list: whether Flash is in it, its major version, how many entries.

    The version is that of the first entry that names one ("Shockwave Flash 25.0 r0" is 25).
    """
    column = plugins.cast(pa.string())
    version = pc.struct_field(pc.extract_regex(column, _FLASH_VERSION), "major")
    entries = pc.add(pc.count_substring(column, PLUGIN_SEPARATOR), 1)
    return pa.table({
        "plugins": column,
        "plugins_flash": pc.match_substring_regex(column, _FLASH),
        "plugins_flash_major": version.cast(pa.int64()),
        "plugins_count": entries.cast(pa.int64()),
    })


def derive_urls(urls: pa.Array, host_column: str) -> pa.Table:
    """Take the host out of each URL, in lower case; null where there is none.

    `host_column` is "referrer_host" or "page_host". User information and port are left out, so is
    a dot at the end; punycode and IPv6 literals stay as they are. A path alone has no host.
    Source: RFC 3986, sections 3.2 and 4.2; a backslash ends the host as in the WHATWG URL Standard.
    """
    column = urls.cast(pa.string())
    host = pc.struct_field(pc.extract_regex(column, _HOST), "host")
    return pa.table({DERIVED_FROM[host_column]: column, host_column: pc.ascii_lower(host)})
