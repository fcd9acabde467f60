"""Put what the demo prints into both READMEs, so that they show what a reader will see.

Without arguments it writes; with --check it writes nothing, names the stale ones, and exits 1 if
there are any. What changes from run to run (time, paths, digests) is left out.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
BEGIN, END = "<!-- demo: begin -->", "<!-- demo: end -->"
START = "import sys; from truetally.cli import main; sys.exit(main())"
DIGEST = re.compile(r"[0-9a-f]{64}$")


def main(arguments: list[str]) -> int:
    """Write the demo's words into the READMEs, or with --check compare them."""
    with tempfile.TemporaryDirectory() as place:
        shown = {lang: demo(Path(place), lang) for lang in PAGES}
    stale = [path for lang, path in PAGES.items()
             if path.read_text("utf-8") != filled(path.read_text("utf-8"), shown[lang])]
    if arguments == ["--check"]:
        for path in stale:
            print(f"stale: {path.name} does not show what the demo prints. Next: make docs")
        return 1 if stale else 0
    for lang, path in PAGES.items():
        path.write_text(filled(path.read_text("utf-8"), shown[lang]), "utf-8")
    print(f"{len(PAGES)} READMEs, {len(stale)} of them changed")
    return 0


def demo(place: Path, lang: str) -> str:
    """Run the demo in the folder `place` and return what it prints.

    Raises SystemExit with its words when it fails or leaves no report.
    """
    said = subprocess.run([sys.executable, "-c", START, "demo", "--lang", lang], cwd=place,
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "PYTHONWARNINGS": "error"})
    if said.returncode or not list(place.rglob("report/index.html")):
        sys.exit(f"the demo ended with {said.returncode}: {said.stderr[-2000:]}")
    return kept(said.stdout)


def kept(text: str) -> str:
    """Keep the tables of the demo: what any run prints, without warnings, digests and paths."""
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("! ")]
    lines = lines[:next(n for n, line in enumerate(lines) if "report/index.html" in line)]
    first = next(n for n, line in enumerate(lines) if line.endswith("video-case"))
    last = max(n for n, line in enumerate(lines) if DIGEST.search(line))
    joined = "\n".join([*lines[:first], *lines[last + 1:]])
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def filled(page: str, shown: str) -> str:
    """Replace what stands between the marks of a page.

    Raises ValueError when the page has no marks.
    """
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"expected {BEGIN} and {END} in a README")
    return f"{before}{BEGIN}\n```text\n{shown}\n```\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
