"""Write the pages that follow from the code: one a criterion, one for all commands, an index.

Without arguments it writes docs/criteria/ and docs/commands.md. With --check it writes nothing,
names the pages that are stale, and exits 1 if there are any.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GOLDEN = ROOT / "tests" / "golden"
NOTE = "<!-- Written by `make docs` from the code. Do not edit. -->\n\n"
SHORT_LIST = 5  # a longer one is counted, not listed: a page need not teach the cheat


def main(arguments: list[str]) -> int:
    """Write every page, or with --check compare them; return the exit code."""
    wanted = {**criteria_pages(), DOCS / "commands.md": commands_page()}
    stale = stale_pages(wanted)
    if arguments == ["--check"]:
        for path in stale:
            print(f"stale: {path.relative_to(ROOT)}. Next: make docs")
        return 1 if stale else 0
    if arguments:
        print(f"expected nothing or --check; found {arguments}")
        return 2
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
    print(f"{len(wanted)} pages, {len(stale)} of them changed")
    return 0


def stale_pages(wanted: Mapping[Path, str]) -> list[Path]:
    """List the pages that are missing, differ, or describe a criterion that is gone."""
    present = set((DOCS / "criteria").glob("*.md"))
    differing = {path for path, text in wanted.items()
                 if not path.is_file() or path.read_text("utf-8") != text}
    return sorted(differing | (present - set(wanted)))


def criteria_pages() -> dict[Path, str]:
    """Make the page of every criterion and their index, by path."""
    from truetally.criteria import all_criteria

    found = sorted(all_criteria().values(), key=lambda criterion: criterion.code)
    folder = DOCS / "criteria"
    pages = {folder / f"{criterion.code}.md": criterion_page(criterion) for criterion in found}
    return {**pages, folder / "README.md": criteria_index(found)}


def criteria_index(criteria: Iterable[Any]) -> str:
    """Make the table of all criteria, in the order of their codes."""
    head = ("code", "title", "名称", "class", "basis", "family", "scope")
    rows = [(f"[{c.code}]({c.code}.md)", c.en.title, c.zh.title, c.klass, c.basis, c.family,
             c.scope) for c in criteria]
    return (f"{NOTE}# Criteria 判定标准\n\nOne way in which an event can fail to count, one file "
            f"each. {len(rows)} criteria.\n\n{table(head, rows)}\n"
            "`rule` voids an event alone. `statistical` and `signature` void only when two "
            "families that are independent for honest traffic agree; else the event stays valid "
            "and is marked suspect.\n\n"
            "“规则”可单独判定无效；“统计”与“特征”须有两类对诚实流量相互独立的依据一致，方可判定无效，"
            "否则事件仍计为有效，仅标记为存疑。\n")


def criterion_page(criterion: Any) -> str:
    """Make one criterion's page, English first, then Chinese."""
    c = criterion
    parts = [
        f"{NOTE}# {c.code}: {c.en.title}", facts(c, "en"),
        f"**Finds:** {c.en.finds}", f"**Shows:** {c.en.shows}",
        f"**Innocent causes:** {c.en.innocent}",
        "## Parameters", parameters(c.parameters, zh=False),
        *golden_sql(c.code),
        f"# {c.code}：{c.zh.title}", facts(c, "zh"),
        f"**发现什么：**{c.zh.finds}", f"**说明什么：**{c.zh.shows}",
        f"**无辜的原因：**{c.zh.innocent}",
        "## 参数", parameters(c.parameters, zh=True),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def facts(c: Any, lang: Any) -> str:
    """Make the table of what a criterion is, in one language, in the terms of the report."""
    from truetally.report.words import say

    zh = {"class": "类别", "basis": "依据", "family": "类属", "scope": "范围", "revision": "版本",
          "reads": "读取字段", "source": "出处", "class by": "分类依据"}
    rows = [("class", say(f"klass.{c.klass}", lang)), ("basis", say(f"basis.{c.basis}", lang)),
            ("family", say(f"family.{c.family}", lang)), ("scope", say(f"scope.{c.scope}", lang)),
            ("revision", c.revision), ("reads", code_list(c.reads)), ("source", c.citation)]
    rows += [("class by", c.standard_says)] if c.standard_says else []
    return table(("", ""), [(zh[name] if lang == "zh" else name, text) for name, text in rows])


def parameters(named: Mapping[str, Any], *, zh: bool) -> str:
    """Make the table of a criterion's parameters, in the order it declares them."""
    if not named:
        return "无。" if zh else "None."
    head = ("名称", "默认值", "范围", "含义") if zh else ("name", "default", "range", "meaning")
    rows = [(f"`{name}`", default(p), limits(p), p.meaning_zh if zh else p.meaning)
            for name, p in named.items()]
    return table(head, rows)


def default(parameter: Any) -> str:
    """Say a parameter's default with its unit; of a long list, how long it is."""
    value = parameter.default
    if isinstance(value, tuple):
        source = f"list `{parameter.list_name}`" if parameter.list_name else "list"
        shown = code_list(value) if len(value) <= SHORT_LIST else f"{len(value)} entries"
        return f"{source}: {shown}" if value else source
    return f"{value} {parameter.unit}".strip()


def limits(parameter: Any) -> str:
    """Say the range of an integer parameter, both ends included."""
    if parameter.low is None and parameter.high is None:
        return ""
    low = "" if parameter.low is None else parameter.low
    high = "" if parameter.high is None else parameter.high
    return f"{low} to {high}".strip()


def golden_sql(code: str) -> list[str]:
    """Link the recorded SQL of a criterion on each engine, under a heading; nothing if none is."""
    files = sorted(path for path in GOLDEN.rglob("*.sql")
                   if code in (path.stem, path.parent.name) or path.stem.startswith(f"{code}."))
    links = [f"- [{path.relative_to(GOLDEN)}](../../{path.relative_to(ROOT)})" for path in files]
    return ["## SQL", "\n".join(links)] if links else []


def commands_page() -> str:
    """Make the page of all commands, from the application itself."""
    import typer.main

    from truetally.cli import app

    group: Any = typer.main.get_command(app)
    parts = [f"{NOTE}# Commands", paragraphs(group.help)]
    for name, command in group.commands.items():
        if not command.hidden:
            parts += command_section(f"truetally {name}", command)
    parts.append("Exit codes: 0 done; 1 a verification failed, or findings that must stop a "
                 "pipeline; 2 bad input or usage.")
    parts += policy_section()
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def policy_section() -> list[str]:
    """Say how a policy of one's own is written: its form, its lists, what it is refused for."""
    from textwrap import dedent

    from truetally.decisions import policy
    from truetally.run.lists import KNOWN

    form = (policy.__doc__ or "").partition("\n\n    ")[2]
    rows = [(f"`{name}`", kind, code_list(items)) for name, (kind, items) in KNOWN.items()]
    return [
        "## A policy of your own",
        ("`--policy FILE` takes a TOML file of this form. Start from a built-in one in "
         "`src/truetally/decisions/policies/`; a case keeps the text of the policy it began with."),
        f"```toml\n{dedent(f'    {form}').strip()}\n```",
        (f"At most {policy.MOST_CRITERIA} criteria, each code once, stages that never decrease. "
         "A stage before that of a criterion which looks at neighbours in time (`double-click`) "
         "holds rules alone. A parameter must lie in the range on its criterion's page."),
        ("A list is made of origins and of entries: `builtin:NAME`, `package:crawler-user-agents`, "
         "`package:pymispwarninglists`, `file:PATH` (in the policy's folder or below it; an entry "
         "a line, or TOML with source and date), or an entry itself. A case whose lists have "
         "changed since it began takes no new source."),
        table(("list", "kind", "where a policy does not name it"), rows)]


def command_section(name: str, command: Any) -> list[str]:
    """Make one command's section: how it is called, what it does, its parameters."""
    shown = [p for p in command.params if not p.hidden and p.name != "help"]
    nested = getattr(command, "commands", {})
    if nested:
        sections = [command_section(f"{name} {inner}", c) for inner, c in nested.items()]
        return [part for section in sections for part in section]
    rows = [(f"`{spelled(p)}`", p.help or "", shown_default(p)) for p in shown]
    body = [table(("parameter", "meaning", "default"), rows)] if rows else []
    return [f"## {name}", f"```\n{usage(name, shown)}\n```", paragraphs(command.help), *body]


def usage(name: str, params: Iterable[Any]) -> str:
    """Say how a command is called: arguments first, then what it needs, then what it takes."""
    ordered = sorted(params, key=lambda p: (p.param_type_name != "argument", not p.required))
    words = [spelled(p) if p.required else f"[{spelled(p)}]" for p in ordered]
    return " ".join([name, *words])


def spelled(param: Any) -> str:
    """Spell one parameter as a user types it."""
    if param.param_type_name == "argument":
        return (param.metavar or param.name.upper()) + ("..." if param.nargs == -1 else "")
    name = max(param.opts, key=len)
    return name if param.is_flag else f"{name} {param.metavar or choices(param)}"


def choices(param: Any) -> str:
    """Name the value an option takes: its choices, or the option's own name."""
    annotation = getattr(param.type_descriptor, "annotation", None)
    members = getattr(annotation, "__members__", None)
    return "|".join(str(m.value) for m in members.values()) if members else param.name.upper()


def shown_default(param: Any) -> str:
    """Say a parameter's default, or that there is none."""
    if param.required:
        return "required"
    value = getattr(param.default, "value", param.default)
    return "" if value is None or value is False or value == [] else f"`{value}`"


def paragraphs(text: str | None) -> str:
    """Join the lines of each paragraph of a help text."""
    blocks = (text or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks)


def code_list(names: Iterable[str]) -> str:
    """Set names in code type, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """Make a Markdown table; a bar or a line break in a cell cannot break it."""
    cells = [tuple(" ".join(str(cell).split()).replace("|", "\\|") for cell in row) for row in rows]
    lines = [head, ("---",) * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
