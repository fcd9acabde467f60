"""A case as CASE/UCO JSON-LD: what other forensic tools read of sources, tool, action and results.

Cyber-investigation Analysis Standard Expression (CASE 1.4) over the Unified Cyber Ontology (UCO
1.4). Identifiers follow from digests, so that the same case gives the same bytes.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from truetally.report.document.court import CourtData, Exhibit
from truetally.report.labels import pick
from truetally.report.safe import visible
from truetally.report.words import Lang, say

BASE = "https://truetally.example/case/"
_NAMES = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122, appendix C: URLs
CONTEXT: Mapping[str, str] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": BASE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#"}


def to_case(data: CourtData, lang: Lang) -> bytes:
    """Write a case as CASE/UCO JSON-LD, UTF-8, with one line end at its end."""
    files = [_file(data, exhibit) for exhibit in data.exhibits]
    sources = [file["@id"] for file, each in zip(files, data.exhibits, strict=True)
               if _is_source(data, each)]
    results = [file["@id"] for file in files if file["@id"] not in sources]
    records = [_record(data, exhibit, file["@id"], lang)
               for file, exhibit in zip(files, data.exhibits, strict=True)]
    tool, action = _tool(data), _action(data, sources, results, records, lang)
    whole = [_investigation(data, [*[f["@id"] for f in files], *[r["@id"] for r in records],
                                   tool["@id"], action["@id"]], lang),
             tool, action, *records, *files]
    text = json.dumps({"@context": CONTEXT, "@graph": whole}, ensure_ascii=False, indent=1,
                      sort_keys=True)
    return text.encode() + b"\n"


def _id(data: CourtData, kind: str, name: str) -> str:
    made = uuid.uuid5(_NAMES, f"{BASE}{data.report.summary.digest}/{kind}/{name}")
    return f"kb:{kind}-{made}"


def _is_source(data: CourtData, exhibit: Exhibit) -> bool:
    return any(source.sha256 == exhibit.sha256 for source in data.report.summary.sources)


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}


def _investigation(data: CourtData, objects: list[str], lang: Lang) -> dict[str, Any]:
    s = data.report.summary
    mark = f" {say('court.synthetic', lang)}" if s.synthetic else ""
    return {"@id": _id(data, "investigation", ""), "@type": "case-investigation:Investigation",
            "uco-core:name": visible(s.case), "case-investigation:focus": say("court.kind", lang),
            "uco-core:description": f"{say('court.digest', lang)} {s.digest}.{mark}",
            "uco-core:object": [{"@id": each} for each in objects]}


def _tool(data: CourtData) -> dict[str, Any]:
    return {"@id": _id(data, "tool", ""), "@type": "uco-tool:AnalyticTool",
            "uco-core:name": "Truetally", "uco-tool:toolType": "Traffic verdicts",
            "uco-tool:version": data.report.versions.get("truetally", "")}


def _action(data: CourtData, sources: list[str], results: list[str],
            records: list[dict[str, Any]], lang: Lang) -> dict[str, Any]:
    s = data.report.summary
    made = [record["@id"] for record in records]
    return {"@id": _id(data, "action", "decide"),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": say("court.step_decide", lang, policy=visible(s.policy),
                                 sha256=s.policy_sha256, offset=s.offset),
            "uco-action:instrument": {"@id": _id(data, "tool", "")},
            "uco-action:object": [{"@id": each} for each in sources],
            "uco-action:result": [{"@id": each} for each in (*results, *made)]}


def _record(data: CourtData, exhibit: Exhibit, file: str, lang: Lang) -> dict[str, Any]:
    """Write an exhibit: its number, what it is to prove, and the file that it is."""
    return {"@id": _id(data, "record", str(exhibit.number)),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": str(exhibit.number),
            "uco-core:name": visible(exhibit.name),
            "uco-core:description": visible(
                f"{pick(exhibit.source, lang)}; {pick(exhibit.purpose, lang)}", None),
            "uco-core:object": {"@id": file}}


def _file(data: CourtData, exhibit: Exhibit) -> dict[str, Any]:
    """Write a file with its SHA-256 (a result's digest, where the exhibit is a folder)."""
    number = str(exhibit.number)
    content: dict[str, Any] = {
        "@id": _id(data, "content", number), "@type": "uco-observable:ContentDataFacet",
        "uco-observable:hash": [{
            "@id": _id(data, "hash", number), "@type": "uco-types:Hash",
            "uco-types:hashMethod": "SHA256",
            "uco-types:hashValue": _typed("hexBinary", exhibit.sha256)}]}
    facet: dict[str, Any] = {"@id": _id(data, "facet", number),
                             "@type": "uco-observable:FileFacet",
                             "uco-observable:fileName": visible(exhibit.name)}
    if exhibit.size_bytes is not None:
        facet["uco-observable:sizeInBytes"] = _typed("integer", str(exhibit.size_bytes))
    return {"@id": _id(data, "file", number), "@type": "uco-observable:File",
            "uco-core:hasFacet": [facet, content]}
