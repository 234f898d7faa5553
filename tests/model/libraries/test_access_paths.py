"""The path language: what a text stands for, and what a wrong one is told."""

from __future__ import annotations

import pytest

from reviewer.model.libraries.paths import PathError, parse_path, parse_place
from reviewer.model.libraries.steps import OPEN, Place, Step, labels, render_step

QUERY = Step("member", "query")


def test_a_place_that_begins_with_a_step_begins_at_the_package() -> None:
    assert parse_place("Member[Pool].Instance") == (Place("package", "", (Step("member", "Pool"), Step("instance"))),)


@pytest.mark.parametrize(
    ("text", "base", "name"),
    [
        ("Module", "package", ""),
        ("Module[mysql2/promise]", "package", "mysql2/promise"),
        ("Global[process]", "global", "process"),
        ("Pool", "type", "Pool"),
        ("node/Server", "type", "node/Server"),
        ("socket.io/Server", "type", "socket.io/Server"),
        ("@nestjs/common/Logger", "type", "@nestjs/common/Logger"),
    ],
)
def test_bases(text: str, base: str, name: str) -> None:
    assert parse_place(text) == (Place(base, name, ()),)
    assert parse_place(f"{text}.Member[query]") == (Place(base, name, (QUERY,)),)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Member[a, b]", (Step("member", "a"), Step("member", "b"))),
        ("Member[$queryRaw]", (Step("member", "$queryRaw"),)),
        ("AnyMember", (Step("any-member"),)),
        ("Argument[0]", (Step("argument", "", 0, 0),)),
        ("Argument[1..]", (Step("argument", "", 1, OPEN),)),
        ("Argument[1..2]", (Step("argument", "", 1, 2),)),
        ("Argument[..3]", (Step("argument", "", 0, 3),)),
        ("Argument[0,2]", (Step("argument", "", 0, 0), Step("argument", "", 2, 2))),
        ("Argument[-1]", (Step("argument", "", -1, -1),)),
        ("Argument[this]", (Step("receiver"),)),
        ("Parameter[this]", (Step("parameter-this"),)),
        ("WithArity[2..]", (Step("with-arity", "", 2, OPEN),)),
        ("WithParameters[4]", (Step("with-parameters", "", 4, 4),)),
        ("WithStringArgument[0=row,end]", (Step("with-string-argument", "", 0, 0, ("row", "end")),)),
        ("WithTrueArgument[1]", (Step("with-true-argument", low=1),)),
        ("WithTrueArgument[1.websocket]", (Step("with-true-argument", "websocket", 1),)),
        ("DecoratedParameter", (Step("decorated-parameter"),)),
    ],
)
def test_steps_and_their_alternatives(text: str, steps: tuple[Step, ...]) -> None:
    assert parse_path(text) == tuple((step,) for step in steps)


@pytest.mark.parametrize(
    "text",
    ["Argument[0..2]", "Argument[1..]", "Argument[-1]", "Argument[this]", "ReturnValue", "Member[a]", "WithArity[2]"],
)
def test_a_step_is_rendered_as_it_is_written(text: str) -> None:
    assert [render_step(step) for (step,) in parse_path(text)] == [text]


def test_braces_are_written_out_in_the_order_of_the_text() -> None:
    places = parse_place("{Pool,Client}.Member[query].{Argument[0],Argument[0].Member[text,sql]}")
    found = [f"{place.name}: {'.'.join(map(render_step, place.steps))}" for place in places]
    assert found == [
        "Pool: Member[query].Argument[0]",
        "Pool: Member[query].Argument[0].Member[text]",
        "Pool: Member[query].Argument[0].Member[sql]",
        "Client: Member[query].Argument[0]",
        "Client: Member[query].Argument[0].Member[text]",
        "Client: Member[query].Argument[0].Member[sql]",
    ]


def test_braces_may_be_nested_and_stand_inside_brackets() -> None:
    assert [place.name for place in parse_place("{A,{B,C}}")] == ["A", "B", "C"]
    assert [place.name for place in parse_place("Module[{http,https}]")] == ["http", "https"]


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("Membr[a]", 0, "unknown step `Membr`; did you mean `Member`?"),
        ("Member[a].ReturnValu", 10, "unknown step `ReturnValu`; did you mean `ReturnValue`?"),
        ("Pool.Memebr[query]", 5, "unknown step `Memebr`; did you mean `Member`?"),
        ("Member", 6, "expected `[`"),
        ("Member[a", 6, "`[` without `]`"),
        ("Member[]", 6, "nothing between `[` and `]`"),
        ("Member[a,,b]", 7, "an empty name between commas"),
        ("Member[a]Instance", 9, "expected `.` and a step"),
        ("Member[a].", 9, "expected `.` and a step"),
        ("Member[a]..Instance", 10, "expected a step"),
        ("Argument[x]", 9, "`x` is no number or range such as 0, 1.. or 0..2"),
        ("Argument[..]", 9, "`..` is no number or range such as 0, 1.. or 0..2"),
        ("Argument[3..1]", 9, "the range `3..1` ends before it begins"),
        ("Argument[-0]", 9, "`-0` is no number or range such as 0, 1.. or 0..2"),
        ("WithStringArgument[a]", 19, "WithStringArgument is written [position=text,text]"),
        ("WithTrueArgument[1.]", 17, "WithTrueArgument is written [position] or [position.member]"),
        ("{A,B", 0, "`{` without `}`"),
        ("A}", 1, "`}` without `{`"),
        ("{Member[a],Membr[b]}.Instance", 11, "unknown step `Membr`; did you mean `Member`?"),
        ("Global", 6, "expected `[`"),
        ("", 0, "a place begins with a step, a type, Module or Global[…]"),
        ("*", 0, "a place begins with a step, a type, Module or Global[…]"),
    ],
)
def test_a_wrong_place_is_told_where_and_why(text: str, position: int, message: str) -> None:
    with pytest.raises(PathError) as caught:
        parse_place(text)
    assert (caught.value.position, caught.value.message) == (position, message)


def test_a_path_has_no_base() -> None:
    with pytest.raises(PathError) as caught:
        parse_path("Pool.Member[query]")
    assert caught.value.message == "unknown step `Pool`"
    with pytest.raises(PathError) as empty:
        parse_path("")
    assert empty.value.message == "a path needs a step"


@pytest.mark.parametrize("text", ["{a,b}" * 20, ".".join(["Member[a,b]"] * 20), "{" * 65])
def test_alternatives_are_bounded(text: str) -> None:
    with pytest.raises(PathError):
        parse_place(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Member[get]", (".get",)),
        ("AnyMember", (".*",)),
        ("ReturnValue", ("()",)),
        ("Instance", ("new",)),
        ("Awaited", ("await",)),
        ("ArrayElement", ("[]",)),
        ("Argument[1..3]", ("arg:1", "arg:2", "arg:3")),
        ("Argument[14..]", ("arg:14", "arg:15")),
        ("Argument[40]", ("arg:15",)),
        ("Argument[this]", ("arg:this",)),
        ("Parameter[0]", ("param:0",)),
        ("DecoratedClass", ("decorated-class",)),
    ],
)
def test_labels_of_a_step(text: str, expected: tuple[str, ...]) -> None:
    assert labels(parse_path(text)[0][0]) == expected
