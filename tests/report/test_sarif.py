from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

import reviewer
from reviewer.finding import Finding, Fix, Gap, GapKind, Phase, Place, Precision, Review, RuleInfo, Severity
from reviewer.report import render_sarif
from reviewer.report.sarif_rules import descriptor
from reviewer.report.sarif_text import artifact, message

if TYPE_CHECKING:
    from tests.report.conftest import Repository


SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.schema.json").read_bytes())

CARD = """\
# Request data reaches the text of a SQL statement

## Why
Whoever sends the request
writes the `SQL`.

## Bad
```js app.js
db.query(req.query.name)
```
"""
RULE = RuleInfo(
    "sql-injection", "Request data reaches SQL", "injection", Severity.ERROR, Precision.HIGH, CARD, (89,), ("A03:2021",)
)
FLOATING = RuleInfo(
    "floating-promise", "A promise is dropped", "async", Severity.NOTE, Precision.LOW, "", (755, 1322), ("A04:2021",)
)


def run_of(review: Review) -> dict[str, Any]:
    """The only run of the log, after it was held against the official schema."""
    log = json.loads(render_sarif(review))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def physical(path: str, *region: int) -> dict[str, object]:
    names = ("startLine", "startColumn", "endLine", "endColumn")
    return {
        "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
        "region": dict(zip(names, region, strict=True)),
    }


def test_an_empty_review(repository: Repository) -> None:
    assert run_of(Review(root=repository.root)) == {
        "tool": {
            "driver": {
                "name": "nodereview",
                "version": reviewer.__version__,
                "semanticVersion": reviewer.__version__,
                "rules": [],
                "notifications": [],
            }
        },
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the reviewed repository"}}},
        "columnKind": "utf16CodeUnits",
        "results": [],
    }


def test_a_result_has_its_rule_its_place_its_way_and_its_fingerprints(
    repository: Repository, injection: Finding
) -> None:
    review = repository.review(injection)
    review.rules = [FLOATING, RULE]
    sink = physical("routes/db.js", 1, 35, 1, 79)
    steps = [
        {"physicalLocation": physical("routes/users.js", 4, 16, 4, 30), "message": {"text": "comes from the request"}},
        {"physicalLocation": physical("routes/users.js", 5, 18, 5, 28), "message": {"text": "is passed to find"}},
        {"physicalLocation": sink, "message": {"text": "stands between quotes in the SQL"}},
    ]
    assert run_of(review)["results"] == [
        {
            "ruleId": "sql-injection",
            "ruleIndex": 1,
            "level": "error",
            "message": {
                "text": "req.query.name becomes part of the SQL that db.query runs. "
                "To repair: Pass the value as a bound parameter"
            },
            "locations": [
                {
                    "physicalLocation": sink,
                    "logicalLocations": [{"fullyQualifiedName": "find", "kind": "function"}],
                }
            ],
            "partialFingerprints": {
                "nodereview/v1": "0123456789abcdef0123456789abcdef",
                "primaryLocationLineHash": "d639fc6a99f24b6e:1",
            },
            "codeFlows": [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}],
        }
    ]


def test_a_single_step_is_a_related_location(repository: Repository, injection: Finding) -> None:
    result = run_of(repository.review(msgspec.structs.replace(injection, evidence=injection.evidence[:1])))["results"][
        0
    ]
    assert "codeFlows" not in result
    assert result["relatedLocations"] == [
        {
            "id": 1,
            "physicalLocation": physical("routes/users.js", 4, 16, 4, 30),
            "message": {"text": "comes from the request"},
        }
    ]


def test_other_places_are_related_locations_beside_the_way(repository: Repository, injection: Finding) -> None:
    others = tuple(reversed(injection.evidence[:2]))
    finding = msgspec.structs.replace(injection, also=others)
    (result,) = run_of(repository.review(finding))["results"]
    assert len(result["codeFlows"]) == 1
    assert [(place["id"], place["message"]["text"]) for place in result["relatedLocations"]] == [
        (1, others[0].note),
        (2, others[1].note),
    ]


def test_a_fix_replaces_a_region(repository: Repository, injection: Finding) -> None:
    fix = Fix(injection.place, "'SELECT 1'", "Use a constant")
    result = run_of(repository.review(msgspec.structs.replace(injection, fix=fix)))["results"][0]
    where = physical("routes/db.js", 1, 35, 1, 79)
    assert result["fixes"] == [
        {
            "description": {"text": "Use a constant"},
            "artifactChanges": [
                {
                    "artifactLocation": where["artifactLocation"],
                    "replacements": [{"deletedRegion": where["region"], "insertedContent": {"text": "'SELECT 1'"}}],
                }
            ],
        }
    ]


def test_a_rule_of_security_has_what_code_scanning_reads() -> None:
    assert descriptor(RULE) == {
        "id": "sql-injection",
        "name": "SqlInjection",
        "shortDescription": {"text": "Request data reaches SQL"},
        "fullDescription": {"text": "Whoever sends the request writes the `SQL`."},
        "help": {"text": CARD, "markdown": CARD},
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["injection", "security", "external/cwe/cwe-089", "external/owasp/a03:2021"],
            "precision": "high",
            "problem.severity": "error",
            "security-severity": "8.8",
        },
    }


def test_a_rule_that_needs_no_attacker_has_no_security_severity() -> None:
    described = descriptor(FLOATING)
    assert described["fullDescription"] == {"text": "A promise is dropped"}
    assert described["properties"] == {
        "tags": ["async", "external/cwe/cwe-755", "external/cwe/cwe-1322", "external/owasp/a04:2021"],
        "precision": "low",
        "problem.severity": "recommendation",
    }


def test_gaps_and_faults_are_notifications(repository: Repository) -> None:
    review = repository.review()
    review.rules = [RULE]
    review.faults = 1
    review.gaps = [
        Gap("a b.js", 3, GapKind.SYNTAX, "unexpected {"),
        Gap("", 0, GapKind.LEFT_OUT, "a finder of the repository was not run"),
        Gap("c.js", 0, GapKind.FAULT, "the rule sql-injection broke", "sql-injection"),
    ]
    run = run_of(review)
    assert run["tool"]["driver"]["notifications"] == [
        {"id": "fault", "shortDescription": {"text": "A part of nodereview broke"}},
        {"id": "left-out", "shortDescription": {"text": "Something was left out of the review"}},
        {"id": "syntax", "shortDescription": {"text": "Code could not be parsed"}},
    ]
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "descriptor": {"id": "syntax", "index": 2},
                    "level": "warning",
                    "message": {"text": "unexpected {{"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "a%20b.js", "uriBaseId": "%SRCROOT%"},
                                "region": {"startLine": 3},
                            }
                        }
                    ],
                },
                {
                    "descriptor": {"id": "left-out", "index": 1},
                    "level": "note",
                    "message": {"text": "a finder of the repository was not run"},
                },
                {
                    "descriptor": {"id": "fault", "index": 0},
                    "level": "error",
                    "message": {"text": "the rule sql-injection broke"},
                    "associatedRule": {"id": "sql-injection", "index": 0},
                    "locations": [
                        {"physicalLocation": {"artifactLocation": {"uri": "c.js", "uriBaseId": "%SRCROOT%"}}}
                    ],
                },
            ],
        }
    ]


def test_every_kind_of_gap_is_described(repository: Repository) -> None:
    review = repository.review()
    review.gaps = [Gap("a.js", 1, kind, "message") for kind in GapKind]
    assert len(run_of(review)["tool"]["driver"]["notifications"]) == len(GapKind)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.js", "src/a.js"),
        ("pages/[id] #1?.js", "pages/%5Bid%5D%20%231%3F.js"),
        ("c:/x%41.js", "c%3A/x%2541.js"),
        ("日本/é.js", "%E6%97%A5%E6%9C%AC/%C3%A9.js"),
        ("caf\udce9.js", "caf%E9.js"),
        ("\ud800.js", "%EF%BF%BD.js"),
        ("a\x1b\u202e.js", "a%1B%E2%80%AE.js"),
        ("", "."),
    ],
)
def test_paths_are_percent_encoded_relative_references(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("req.query['x'] is [1]", "req.query['x'] is [1]"),
        ("[click](https://evil.example)", "\\[click\\](https://evil.example)"),
        ("a[0](1) and [x] (y)", "a\\[0\\](1) and [x] (y)"),
        ("`${x}` and {0}", "`${{x}}` and {{0}}"),
        ("\x1b[2J\u202e\ud800\n", "␛[2J⟨U+202E⟩⟨U+D800⟩␊"),
    ],
)
def test_messages_hold_no_links_placeholders_or_hidden_characters(text: str, said: str) -> None:
    assert message(text) == {"text": said}


def test_a_finding_without_a_line_or_a_file(repository: Repository) -> None:
    folder = Finding(
        "some-rule", Severity.WARNING, Precision.HIGH, "has no lock file!", Place("x", 0, 0, 0, 0, 0, 0), "Add"
    )
    (result,) = run_of(repository.review(folder))["results"]
    assert result == {
        "ruleId": "some-rule",
        "level": "warning",
        "message": {"text": "has no lock file! To repair: Add"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "x", "uriBaseId": "%SRCROOT%"}}}],
    }


def test_a_place_without_columns_is_whole_lines(repository: Repository) -> None:
    whole = Finding("some-rule", Severity.WARNING, Precision.HIGH, "", Place("x", 2, 0, 3, 0, 0, 0))
    (result,) = run_of(repository.review(whole))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "endLine": 3}


def test_the_log_knows_neither_the_clock_nor_the_machine(repository: Repository, injection: Finding) -> None:
    review = repository.review(injection)
    before = render_sarif(review)
    review.phases = [Phase("find", 1.5)]
    assert render_sarif(review) == before
    assert str(repository.root) not in before
