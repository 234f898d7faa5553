"""Cards: their text, sections and examples, and the sentence for each thing that can be wrong with them."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from reviewer.finding import UsageError
from reviewer.rulebook.card import Card
from reviewer.rulebook.marks import Mark, MarkKind

Parse = Callable[..., Card]
Body = Callable[..., str]


def test_an_example_is_a_small_repository(parse: Parse, body: Body) -> None:
    card = parse(
        body=body(
            Bad="""\
What follows is wrong.
### through a helper
Two files:
```js routes/users.js
const find = require('../find')
```
~~~ts find.ts
export const find = (name) =>
  db.query(name)  // bad: req.query.name // also: missing-helmet
~~~
```json package.json also=1:missing-helmet
{}
```
```js
an.illustration()
```
"""
        )
    )
    example = card.examples[0]
    assert (example.section, example.title, example.line) == ("Bad", "through a helper", 16)
    assert example.files == {
        "routes/users.js": b"const find = require('../find')\n",
        "find.ts": b"export const find = (name) =>\n  db.query(name)\n",
        "package.json": b"{}\n",
    }
    assert example.marks == (
        Mark(MarkKind.BAD, "find.ts", 2, 23, text="req.query.name"),
        Mark(MarkKind.ALSO, "find.ts", 2, 23, rules=("missing-helmet",)),
        Mark(MarkKind.ALSO, "package.json", 1, 25, rules=("missing-helmet",)),
    )
    assert [(other.section, other.title) for other in card.examples] == [("Bad", "through a helper"), ("Good", "bound")]


def test_a_folder_is_marked_in_a_head(parse: Parse, body: Body) -> None:
    card = parse(body=body(Bad="### x\n```json package.json\n{}\n```\n```text ./ bad\n```\n"))
    assert card.examples[0].marks == (Mark(MarkKind.BAD, ".", 1, 19),)
    assert card.examples[0].files == {"package.json": b"{}\n"}


def test_a_longer_fence_holds_shorter_ones(parse: Parse, body: Body) -> None:
    card = parse(body=body(Bad="### x\n````md a.md\n```js\n## Bad <!-- bad -->\n```\n````\n"))
    assert card.examples[0].files == {"a.md": b"```js\n## Bad\n```\n"}


def test_help_is_the_card_without_front_matter_and_marks(parse: Parse, body: Body) -> None:
    card = parse(body=body(Fix="Bind it:\n```js\ndb.query(text, [name])\n```\n", More="See elsewhere.\n"))
    assert (
        card.help_markdown()
        == """\
# Request data reaches the text of a SQL statement

## Why

Because.

## Bad

### in one file

`app.js`

```js
const a = 1
db.query(req.query.name)
```

## Good

### bound

`app.js`

```js
db.query('SELECT $1', [name])
```

## Fix

Bind it:

```js
db.query(text, [name])
```

## Limits

None.

## More

See elsewhere.
"""
    )
    assert card.info().help == card.help_markdown()


def test_cards_survive_the_cache(parse: Parse) -> None:
    card = parse()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(card), type=Card) == card


def test_limits_hold_strict_expected_failures(parse: Parse, body: Body) -> None:
    card = parse(body=body(Limits="### dynamic\n```js a.js\nf() // missed\n```\n"))
    assert card.examples[2].marks == (Mark(MarkKind.MISSED, "a.js", 1, 30),)


JS = "```js a.js\nf(){}\n```\n"


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"Bad": f"### x\n{JS.format(' // good')}"}, "15: the example `x` under Bad wants a line marked `bad`"),
        ({"Bad": f"### x\n{JS.format('')}"}, "15: the example `x` under Bad wants a line marked `bad`"),
        ({"Bad": "### x\nonly text\n"}, "15: the example `x` has no file; name one in the head of a fence"),
        ({"Bad": "only text\n"}, "11: `## Bad` has no example: a `###` heading with files below it"),
        ({"Bad": JS.format(" // bad")}, "15: the file belongs to no example; put a `###` heading before it"),
        (
            {"Bad": f"### x\n{JS.format(' // missed')}"},
            "17: the mark `missed` belongs under Limits, not under Bad",
        ),
        ({"Bad": f"### x\n{JS.format(' // bad')}" * 2}, "19: a second example `x` under Bad"),
        ({"Bad": f"### x\n{JS.format(' // bad') * 2}"}, "15: the example `x` has `a.js` twice"),
        (
            {"Bad": f"### x\n{JS.format(' // also: sql-injection // bad')}"},
            "17: `also` is for other rules; findings of `sql-injection` are marked `bad`",
        ),
        ({"Good": f"### x\n{JS.format(' // bad')}"}, "23: the mark `bad` belongs under Bad or Limits, not under Good"),
        ({"Good": f"### x\n{JS.format('')}"}, "21: the example `x` under Good wants a line marked `good` or `other`"),
        (
            {"Limits": f"### x\n{JS.format('')}"},
            "28: the example `x` under Limits wants a line marked `bad` or `good` or `other` or `missed`",
        ),
        (
            {"Fix": JS.format("")},
            "26: files belong to examples under Bad, Good, Limits; under Fix leave out the path",
        ),
        ({"Fix": "```js\nf() // bad\n```\n"}, "26: marks in a fence without a path test nothing; name the file"),
        ({"Fix": "```js\nf()\n"}, "26: a fence that is never closed"),
        ({"Fix": "  ```js\nf()\n  ```\n"}, "26: an indented fence; fences start at the left margin"),
        ({"Fix": "## Fixes\n"}, "26: unknown section `Fixes`; did you mean `Fix`?"),
        ({"Fix": "## Bad\n"}, "26: `## Bad` after `## Fix`; the order is Why, Bad, Good, Fix, Limits, More"),
        ({"Fix": "# Again\n"}, "26: a second title; a card has one"),
        ({"Fix": "##\n"}, "26: a heading without text"),
        ({"Bad": "### x\n```jss a.js\nf()\n```\n"}, "16: unknown language of a file `jss`; did you mean `js`?"),
        ({"Bad": "### x\n```ts a.js\nf()\n```\n"}, "16: a file `.js` in a fence of the language `ts`"),
        (
            {"Bad": "### x\n```js ../a.js\nf()\n```\n"},
            "16: `../a.js` is no path of a file: relative, with forward slashes, without `..`",
        ),
        (
            {"Bad": "### x\n```js /etc/a.js\nf()\n```\n"},
            "16: `/etc/a.js` is no path of a file: relative, with forward slashes, without `..`",
        ),
        (
            {"Bad": "### x\n```js a/./b.js\nf()\n```\n"},
            "16: `a/./b.js` is no path of a file: relative, with forward slashes, without `..`",
        ),
        ({"Bad": "### x\n```text a/ bad\nf()\n```\n"}, "16: `a/` is a folder and holds no text"),
        (
            {"Bad": "### x\n```js a.js good=1\nf() // bad\n```\n"},
            "17: the line is marked both `good` and `bad`",
        ),
    ],
)
def test_a_wrong_body_is_refused(parse: Parse, body: Body, sections: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(body=body(**sections))
    assert str(caught.value) == f"rules/injection/sql-injection.md:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "11: after the front matter a card has its title: `# …`"),
        ("## Why\n", "11: after the front matter a card has its title: `# …`"),
        ("# T\nlead\n## Why\n", "12: text before `## Why`; the order is Why, Bad, Good, Fix, Limits, More"),
        ("# T\n## Why\n", "11: the card lacks `## Bad`; the order is Why, Bad, Good, Fix, Limits, More"),
    ],
)
def test_a_body_has_title_and_sections(parse: Parse, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(body=text)
    assert str(caught.value) == f"rules/injection/sql-injection.md:{message}"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("rules/injections/x.md", "unknown category `injections`; did you mean `injection`?"),
        ("rules/injection/X_y.md", "`X_y` is no id for a rule: lower case words with hyphens"),
    ],
)
def test_id_and_category_are_the_path(parse: Parse, path: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(path=Path(path))
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(
    "line",
    [
        "# " + " " * 900_000 + "x",
        "#" * 900_000,
        "`" * 900_000 + " `",
        "f() // bad: " + " " * 900_000 + "x",
        "f() // " + "bad " * 200_000,
        "f() // " + " " * 900_000 + "bad",
        "f() //" + " //" * 300_000,
        "f() // " + "g" * 900_000,
    ],
    ids=["heading", "hashes", "ticks", "speech", "words", "blank", "comments", "word"],
)
def test_no_line_is_too_long_to_read(parse: Parse, body: Body, line: str) -> None:
    card_body = body(Why=f"{line}\n") if line[0] in "#`" else body(Bad=f"### x\n```js a.js\n{line}\nf() // bad\n```\n")
    said = ""
    try:
        parse(body=card_body)
    except UsageError as error:
        said = str(error)
    assert len(said) < 400
