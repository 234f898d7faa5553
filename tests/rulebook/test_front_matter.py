"""The front matter of cards: what it gives, and the sentence for each thing that can be wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.finding import Precision, Severity, UsageError
from reviewer.rulebook.card import Card, parse_card
from reviewer.rulebook.forms import Flow
from reviewer.rulebook.front_matter import Reference
from reviewer.rulebook.shapes import SHAPES
from reviewer.rulebook.subjects import Subjects

Parse = Callable[..., Card]
Front = Callable[..., str]
FINDER = {"flow": None, "message": "it breaks", "subjects": "routes"}


def refusal(parse: Parse, front: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse(front=front)
    return str(caught.value).removeprefix("rules/injection/sql-injection.md:")


def test_a_flow_card_is_read_completely(parse: Parse) -> None:
    card = parse()
    front = card.front
    assert (card.rule_id, card.category, card.severity, card.precision) == (
        "sql-injection",
        "injection",
        Severity.ERROR,
        Precision.HIGH,
    )
    assert front.shape == Flow(("request.data",), ("sql.text",), ("escaped.sql", "number"))
    assert (front.cwe, front.owasp, front.checklist) == ((89,), ("A03:2021",), ("S1:124", "S2:51"))
    assert front.placeholders == ("source", "sink")
    assert front.remedy == "pass the value as a parameter"
    assert not card.has_finder


@pytest.mark.parametrize(
    ("written", "subjects"),
    [
        ("routes", (Subjects("routes"),)),
        ("arguments sql.text", (Subjects("arguments", "sql.text"),)),
        (
            "[calls database.query, calls blocking.call]",
            (Subjects("calls", "database.query"), Subjects("calls", "blocking.call")),
        ),
    ],
)
def test_a_finder_card_names_its_subjects(
    parse: Parse, front: Front, written: str, subjects: tuple[Subjects, ...]
) -> None:
    card = parse(front=front(flow=None, message="it breaks", subjects=written))
    assert card.front.subjects == subjects
    assert card.has_finder


def test_severity_depends_on_facts_and_a_finder_only_lowers_it(parse: Parse, front: Front) -> None:
    card = parse(front=front(severity="[{ when: { entry: [job, start-up] }, is: note }, error]"))
    assert card.severity is Severity.ERROR
    assert card.severity_of({"entry": "request"}) is Severity.ERROR
    assert card.severity_of({"entry": "job"}) is Severity.NOTE
    assert card.severity_of({}, Severity.WARNING) is Severity.WARNING
    assert card.severity_of({"entry": "job"}, Severity.WARNING) is Severity.NOTE


def test_no_checklist_has_a_reason(parse: Parse, front: Front) -> None:
    card = parse(front=front(checklist="{ none: reported by users of peers }"))
    assert (card.front.checklist, card.front.no_checklist) == ((), "reported by users of peers")


def test_other_rules_are_references_with_lines(parse: Parse, front: Front) -> None:
    card = parse(front=front(instead_of="[unparameterized-sql]", aliases="[sqli]"))
    assert card.front.instead_of == (Reference("unparameterized-sql", 10),)
    assert card.front.aliases == (Reference("sqli", 11),)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"severty": "error"}, "10: unknown key `severty`; did you mean `severity`?"),
        ({"severity": "eror"}, "2: unknown severity `eror`; did you mean `error`?"),
        ({"severity": None}, "1: the front matter lacks `severity`"),
        ({"remedy": None}, "1: the front matter lacks `remedy`"),
        ({"severity": "[error]"}, "2: a list of severities ends with a plain one, after those with `when`"),
        (
            {"severity": "[{ when: { entry: jobs }, is: note }, error]"},
            "2: unknown severity.when.entry `jobs`; did you mean `job`?",
        ),
        (
            {"severity": "[{ when: { entri: job }, is: note }, error]"},
            "2: unknown key of severity.when `entri`; did you mean `entry`?",
        ),
        ({"severity": "[{ when: { entry: job } }, error]"}, "2: severity lacks `is`"),
        ({"precision": "hi"}, "3: unknown precision `hi`; did you mean `high`?"),
        ({"cwe": "[CWE-89]"}, "4: cwe wants a number"),
        ({"cwe": "[0]"}, "4: cwe wants numbers such as 89, not 0"),
        ({"owasp": "[A3:2021]"}, "5: owasp wants `A03:2021` or `API4:2023`, not `A3:2021`"),
        ({"checklist": "[S5:1]"}, "6: checklist wants `S1:124`, or `none: reason`, not `S5:1`"),
        ({"checklist": "[S1:1, S1:1]"}, "6: checklist names `S1:1` twice"),
        ({"checklist": "[]"}, "6: checklist is empty"),
        ({"message": '"{sorce} in SQL"'}, "7: the shape offers no {sorce} for the message; it offers sink, source"),
        ({"message": '"{source.x}"'}, "7: `{source.x}` is no placeholder: lower case letters, digits and underscores"),
        ({"message": '"a } b"'}, "7: a lone `}` in the message; write `}}` for a brace"),
        ({"remedy": '"two\\nlines"'}, "8: remedy wants one line of text"),
        ({"instead_of": "sql_x"}, "10: instead-of wants rule ids: lower case words with hyphens, not `sql_x`"),
        ({"instead_of": "sql-injection"}, "10: the rule `sql-injection` names itself"),
        (
            {"flow": "{ from: request.date, into: sql.text }"},
            "9: unknown role `request.date`; did you mean `request.data`?",
        ),
        (
            {"flow": "{ from: request.data, into: http.app }"},
            "9: flow.into wants a role of kind argument; `http.app` is of kind value",
        ),
        (
            {"flow": "{ from: request.data, into: sql.text, unless: [escape.sql] }"},
            "9: unknown barrier `escape.sql`; did you mean `escaped.sql`?",
        ),
        (
            {"flow": "{ from: request.data, into: sql.text, unless: [number, number] }"},
            "9: flow.unless names `number` twice",
        ),
        ({"flow": "{ from: request.data }"}, "9: flow lacks `into`"),
        (
            {"flow": "{ form: request.data, into: sql.text }"},
            "9: unknown key of flow `form`; did you mean `from`?",
        ),
        ({"flwo": "{}"}, "10: unknown key `flwo`; did you mean `flow`?"),
        ({"match": "{ what: http.app }"}, "10: two shapes, `flow` and `match`; a rule has one"),
        ({"subjects": "routes"}, "10: `subjects` are for finders; the shape `flow` has none"),
        (
            {"flow": None, "message": "x"},
            f"1: the front matter wants a shape ({', '.join(SHAPES)}), or `subjects` and a finder beside the card",
        ),
        ({**FINDER, "subjects": "route"}, "9: unknown subjects `route`; did you mean `routes`?"),
        ({**FINDER, "subjects": "routes sql.text"}, "9: the subjects `routes` stand alone, without `sql.text`"),
        ({**FINDER, "subjects": "arguments"}, "9: the subjects `arguments` want a role"),
        ({**FINDER, "subjects": "arguments sql.txt"}, "9: unknown role `sql.txt`; did you mean `sql.text`?"),
        (
            {**FINDER, "subjects": "calls sql.text"},
            "9: subjects: calls wants a role of kind call; `sql.text` is of kind argument",
        ),
        (
            {**FINDER, "subjects": "functions"},
            (
                "9: the subjects `functions` can't be enumerated, not yet; supported: "
                "apps, arguments, callbacks, calls, documents, dropped promises, failure handlers, repetitions, "
                "returned promises, routes"
            ),
        ),
        ({**FINDER, "subjects": "documents"}, "9: the subjects `documents` want a kind of documents"),
        ({**FINDER, "subjects": "documents locks"}, "9: unknown kind of documents `locks`; did you mean `lock`?"),
    ],
)
def test_a_wrong_front_matter_is_refused(
    parse: Parse, front: Front, changes: dict[str, str | None], message: str
) -> None:
    assert refusal(parse, front(**changes)) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# no front matter\n", "1: a card starts with a line `---`, its front matter, and another line `---`"),
        ("---\nseverity: error\n", "1: the front matter is never closed with a line `---`"),
        ("---\n---\n", "1: the front matter is empty"),
    ],
)
def test_front_matter_stands_between_dashes(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_card(text, Path("injection/x.md"))
    assert str(caught.value) == f"injection/x.md:{message}"
