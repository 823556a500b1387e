"""A report for code scanning: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from simulator.report.citations import parts
from simulator.report.mistakes import Found, Mistake, mistakes
from simulator.report.results import Results
from simulator.report.verdict import Outcome

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME: Final = "https://github.com/token-refresh-simulator/token-refresh-simulator"
_LEVELS: Final = {Outcome.FAIL: "error", Outcome.WARN: "warning"}


def render(results: Results) -> str:
    """One run: a rule for each kind of mistake, a result for each scenario in which it was found."""
    found = mistakes(results)
    driver = {"name": "simulator judge", "informationUri": _HOME, "rules": [_rule(mistake) for mistake in found]}
    place = location(results)
    run = {
        "tool": {"driver": driver},
        "results": [
            _result(mistake, index, one, place) for index, mistake in enumerate(found) for one in mistake.found
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def location(results: Results) -> str:
    """The file that most likely is the client: the first word of the command that names a file here; "" for none."""
    for word in (word for argument in results.command for word in argument.split()):
        path = Path(word)
        if not path.is_absolute() and path.suffix and path.is_file():
            return path.as_posix()
    return ""


def _rule(mistake: Mistake) -> dict[str, Any]:
    verdict = mistake.verdict
    link = next((part.url for part in parts(verdict.source) if part.url), _HOME)
    return {
        "id": mistake.name,
        "shortDescription": {"text": verdict.question},
        "fullDescription": {"text": verdict.rule},
        "help": {"text": f"{verdict.mend} [{verdict.source}]"},
        "helpUri": link,
        "defaultConfiguration": {"level": _LEVELS[mistake.outcome]},
    }


def _result(mistake: Mistake, index: int, found: Found, place: str) -> dict[str, Any]:
    proof = "\n".join(found.proof)
    return {
        "ruleId": mistake.name,
        "ruleIndex": index,
        "level": _LEVELS[found.verdict.outcome],
        "message": {"text": f"{found.report.title}: {found.verdict.why}\n{proof}".rstrip()},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": place or "."}, "region": {"startLine": 1}}},
        ],
        "partialFingerprints": {"findingInScenario/v1": f"{mistake.name}:{found.report.title}"},
    }
