"""The page of the vocabulary."""

from collections.abc import Callable

from reviewer.model.libraries.paths import STEP_NAMES
from reviewer.rulebook.card import Card
from reviewer.rulebook.folder import read_text, rules_folder
from reviewer.rulebook.load import Rulebook
from reviewer.rulebook.roles import STEPS, render_roles, shipped_roles
from reviewer.rulebook.vocabulary import Vocabulary

LIBRARY = """\
package: pg
types:
  Pool: [ "Member[Pool].Instance" ]
roles:
  sql.text: "Pool.Member[query].Argument[0]"
barriers: [ { at: "Member[escape].ReturnValue", from: "Argument[0]", makes: escaped.sql } ]
calls: [ { at: "Member[x]", function: "Argument[0]", when: { loaded: http.app } } ]
"""


def test_the_page_says_who_defines_and_who_uses(vocabulary: Vocabulary, parse: Callable[..., Card]) -> None:
    rulebook = Rulebook({"sql-injection": parse()}, {}, {}, vocabulary)
    lines = render_roles(rulebook, {"pg.yml": LIBRARY}, {"model/apps": "kind = 'http.app'\n"}).splitlines()
    assert "| `sql.text` | argument | is sql.text | `pg.yml` | `sql-injection` |" in lines
    assert "| `request.data` | value | is request.data | nobody yet | `sql-injection` |" in lines
    assert "| `http.app` | value | is http.app | nobody yet | `model/apps`, `pg.yml` |" in lines
    assert "| `escaped.sql` | barrier | is escaped.sql | `pg.yml` | `sql-injection` |" in lines
    assert "| `Instance` | what `new` gives, and what subclasses are | `pg.yml` |" in lines
    assert "| `Awaited` | what a promise is fulfilled with | nobody yet |" in lines


def test_every_step_of_the_path_language_is_explained() -> None:
    assert set(STEPS) == {*STEP_NAMES, "Module", "Global"}


def test_the_committed_page_is_up_to_date() -> None:
    assert read_text(rules_folder() / "ROLES.md") == shipped_roles(), "run `python -m reviewer.rulebook.roles`"
