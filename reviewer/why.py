"""Why a rule reports a line, or what keeps it silent there."""

from __future__ import annotations

from typing import Final

from reviewer.finding import Finding, UsageError
from reviewer.program import Program
from reviewer.rulebook.judge import IN_SCOPE, Judge
from reviewer.rulebook.verdicts import Status
from reviewer.show import show

_NOTHING: Final = "Nothing on this line could be a subject of the rule."
_PART: Final = "The rule reports another line, and this one is part of the evidence."


def why(program: Program, rule: str, path: str, line: int) -> list[str]:
    """Sentences: the verdict, what the rule decided and why, and the roles found on the line.

    Raises `UsageError` for a file that was not reviewed and for an unknown rule.
    """
    index = program.model.link.index_of.get(path, program.model.documents.number(path) or None)
    if index is None:
        raise UsageError(f"{path}: not a reviewed file; `nodereview files` lists them")
    card = program.rulebook.card(rule)
    judge = Judge(program.model, program.rulebook, [card], program.places)
    judged = judge.module(index) if index >= 0 else judge.documents()
    status = judge.status(card, judged, index, line)
    here = [finding for finding in judged.findings if _is_at(finding, path, line)] or _from_elsewhere(judge, path, line)
    over = [
        finding
        for finding in judged.findings
        if not here and any((step.place.path, step.place.line) == (path, line) for step in finding.evidence)
    ]
    said = [f"{path}:{line}: {_verdict(Status.FINDING) if here else _PART if over else _verdict(status)}"]
    for finding in over:
        place = f"line {finding.place.line}" + (f" of {finding.place.path}" if finding.place.path != path else "")
        said.append(f"  finding on {place}: {finding.message}")
    said.extend(f"  finding: {finding.message}" for finding in here)
    said.extend(
        f"  {decision.reason}" for decision in judged.decisions if (decision.path, decision.line) == (path, line)
    )
    if index < 0:
        return said
    file_class = program.model.link.classes[index]
    if file_class not in IN_SCOPE:
        said.append(f"  the file is of the class `{file_class}`: rules about running code leave it out")
    said.extend(
        f"  `{record['expression']}` plays: {', '.join(map(str, _list(record['roles'])))}"
        for record in show(program, "roles", f"{path}:{line}")
    )
    for record in show(program, "calls", f"{path}:{line}"):
        callees = ", ".join(map(str, _list(record["callees"]))) or "nothing known"
        opened = ", ".join(map(str, _list(record["open"])))
        said.append(f"  `{record['call']}` runs: {callees}" + (f" (open: {opened})" if opened else ""))
    return list(dict.fromkeys(said))


def _is_at(finding: Finding, path: str, line: int) -> bool:
    return (finding.place.path, finding.place.line) == (path, line)


def _from_elsewhere(judge: Judge, path: str, line: int) -> list[Finding]:
    """The findings on a line whose subject stands in another file: a handler is reported where it is written."""
    return [
        finding
        for m in range(len(judge.model.link))
        for finding in judge.module(m).findings
        if _is_at(finding, path, line)
    ]


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _verdict(status: Status) -> str:
    return {
        Status.FINDING: "The rule reports this line.",
        Status.SILENT: "The rule looked here and decided for silence.",
        Status.OTHER: "What stands here looks like a subject of the rule and is something else.",
        Status.UNRESOLVED: "The rule could not decide: an answer of the model is incomplete.",
        Status.NOTHING: _NOTHING,
    }[status]
