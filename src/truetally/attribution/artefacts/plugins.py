"""The plugins that Chromium itself names, in any file, and the plugins its database lists."""

import re
from collections.abc import Iterator

# Chromium of 2011 to 2023: chrome/common/chrome_content_client.cc (names and types of built-in
# plugins), chrome/browser/resources/plugin_metadata; later the HTML standard, 8.10.1.6 "PDF viewing
# support", which fixes the five PDF names for every browser.
_NAMES = (
    r"(?:Chrome|Chromium|Microsoft Edge) PDF (?:Viewer|Plugin)|PDF Viewer|WebKit built-in PDF"
    r"|Portable Document Format|Shockwave Flash(?: [0-9]{1,3}\.[0-9]{1,3} r[0-9]{1,4})?"
    r"|FutureSplash Player|Native Client(?: Executable)?|Widevine Content Decryption Module"
    r"|application/(?:x-google-chrome-pdf|x-shockwave-flash|futuresplash|x-p?nacl"
    r"|x-ppapi-widevine-cdm)")
ANCHORS = ("PDF Viewer", "PDF Plugin", "built-in PDF", "Portable Document Format",
           "Shockwave Flash", "FutureSplash", "Native Client", "Widevine Content",
           "application/x-google-chrome-pdf", "application/x-shockwave-flash",
           "application/futuresplash", "application/x-pnacl", "application/x-nacl",
           "application/x-ppapi-widevine-cdm")
DATABASE = b'"group_name_matcher"'
CLASS_NOTE = "every copy of this build has it: it shows the kind of software, not whose"
DATABASE_NOTE = ("a plugin the browser's database knows of: not proof that it is installed; every "
                 "copy of this build has it")
_NAME = re.compile(_NAMES)
_LISTED = re.compile(rb'"(?:group_name_matcher|name)"\s*:\s*"\*?([^"*\\]{1,200})\*?"')


def plugin_name(text: str) -> str:
    """Return the plugin name or type that `text` is, "" if it is none that Chromium names."""
    bare = text.strip().strip("*")
    return bare if _NAME.fullmatch(bare) else ""


def database_names(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield offset and name of the plugins in a plugin database (JSON of Chromium 22 to 110).

    The offset is that of the name, so that anyone can look it up in the bytes.
    """
    if DATABASE in data:
        for found in _LISTED.finditer(data):
            yield found.start(1), found[1].decode("utf-8", "replace")
