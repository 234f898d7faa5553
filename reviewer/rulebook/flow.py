"""The shape `flow`: a value of a source role that reaches an argument of a sink role without passing a barrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.finding import Severity
from reviewer.model.arguments import Argument
from reviewer.model.domain import Spot
from reviewer.model.origins import Source
from reviewer.rulebook.finder import Report
from reviewer.rulebook.forms import Flow

if TYPE_CHECKING:
    from reviewer.model.model import Model


_NAMES: Final = "identifier"
"""The barrier that a pattern of names and numbers is."""


def find_flow(flow: Flow, subject: object, model: Model, report: Report) -> None:
    """Report the sink `subject` (an `Argument` site) for the first source, by place, that reaches it unhindered."""
    if not isinstance(subject, Argument):
        return
    if subject.handed_on:
        report.silent("the argument is handed on as it is: its callers are looked at")
        return
    key = model.origins.closed(subject.module, subject.argument, subject.path)
    found = model.ask(key)
    sources = [item for item in found.items if isinstance(item, Source) and item.kind in flow.sources]
    reaching = [item for item in sources if not set(item.passed) & set(flow.barriers)]
    limited = [item for item in reaching if _NAMES in flow.barriers and model.routes.limited.limits(item)]
    reaching = [item for item in reaching if item not in limited]
    module = model.link.body(subject.module)
    if reaching:
        ordered = sorted(reaching, key=lambda item: (item.part == "", item.module, item.row, item.name, item.passed))
        routes = {item: model.routes.unmounted.route_of(item.module, item.row) for item in ordered}
        source = next((item for item in ordered if routes[item] is None), ordered[0])
        route = routes[source]
        unmounted = [] if route is None else [(route, "no application mounts the router of this route")]
        report.at(
            Spot(subject.module, subject.row),
            steps=[*unmounted, *model.traces.steps(key, source, subject)],
            severity=None if route is None else Severity.NOTE,
            source=source.name,
            sink=model.source_text(module, module.first[subject.row]),
        )
    elif limited:
        report.silent(f"the path of the route lets only names and numbers be {limited[0].name}")
    elif sources:
        barriers = sorted({barrier for item in sources for barrier in item.passed if barrier in flow.barriers})
        report.silent(f"{sources[0].name} passes a barrier on its way: {', '.join(barriers)}")
    elif found.open:
        report.open(f"not every origin is known: {', '.join(sorted(found.open))}")
    else:
        report.silent("nothing of these sources reaches it")
