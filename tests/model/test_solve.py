"""The solver: cycles, depth, order of asking, strata, budget, and what answers rest on."""

from __future__ import annotations

import random

import pytest

from reviewer.model.solve import NOTHING, READS_LIMIT, Answer, Equation, Key, Question, Solver, answer, join


def reachability(graph: dict[int, list[int]]) -> Question:
    """The question which nodes a node reaches; what it finds adds edges, as callees do that come from values."""

    def reached(node: int) -> Equation:
        found = answer([node])
        for after in graph[node]:
            found = join(found, (yield question(after)))
        for item in sorted(found.items):
            if item % 5 == 0:
                found = join(found, (yield question((item * 7 + 1) % len(graph))))
        return found

    question = Question("reached", 1, reached)
    return question


def closure(graph: dict[int, list[int]], start: int) -> frozenset[int]:
    """What `reachability` has to answer, by plain search."""
    seen: set[int] = set()
    pending = [start]
    edges: dict[int, set[int]] = {node: set(after) for node, after in graph.items()}
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        pending.extend(edges[node])
        pending.extend((item * 7 + 1) % len(graph) for item in seen if item % 5 == 0)
    return frozenset(seen)


@pytest.mark.parametrize("seed", range(60))
def test_answers_are_exact_and_do_not_depend_on_the_order_of_asking(seed: int) -> None:
    source = random.Random(seed)
    size = source.randint(1, 25)
    graph = {node: [source.randrange(size) for _ in range(source.randint(0, 3))] for node in range(size)}
    question = reachability(graph)
    for _ in range(3):
        solver = Solver()
        order = list(range(size))
        source.shuffle(order)
        for node in order:
            solver.ask(question(node))
        for node in range(size):
            assert solver.ask(question(node)) == Answer(closure(graph, node), frozenset())


def test_a_member_of_a_component_gets_the_whole_answer_when_it_was_first_read_in_the_middle() -> None:
    graph = {0: [1], 1: [2, 3], 2: [1], 3: [0, 4], 4: []}
    question = reachability(graph)
    solver = Solver()
    solver.ask(question(0))
    assert solver.ask(question(2)).items == closure(graph, 2)
    assert solver.ask(question(1)).items == closure(graph, 1)


def test_a_chain_of_calls_costs_no_stack() -> None:
    def below(depth: int) -> Equation:
        if depth == 50_000:
            return answer(["end"])
        return (yield question(depth + 1))

    question = Question("below", 1, below)
    assert Solver().ask(question(0)) == answer(["end"])


def test_an_equation_may_not_read_a_higher_stratum() -> None:
    def lower() -> Equation:
        return (yield high())

    def higher() -> Equation:
        yield from ()
        return NOTHING

    high = Question("high", 2, higher)
    low = Question("low", 1, lower)
    with pytest.raises(AssertionError, match="low may not read high, which stands above it"):
        Solver().ask(low())


def test_a_lower_stratum_is_final_when_it_is_read() -> None:
    graph = {0: [1], 1: [0, 2], 2: []}
    reached = reachability(graph)
    seen: list[frozenset[int]] = []

    def misses(node: int) -> Equation:
        found = yield reached(node)
        seen.append(found.items)
        other = yield missing((node + 1) % 2)
        return join(other, answer(["no 2"] if 2 not in found.items else []))

    missing = Question("misses", 2, misses)
    solver = Solver()
    assert solver.ask(missing(0)) == NOTHING
    assert set(seen) == {frozenset({0, 1, 2})}


def test_too_many_reads_end_in_an_open_answer() -> None:
    def leaf(number: int) -> Equation:
        yield from ()
        return answer([number % 3])

    def wide() -> Equation:
        found = NOTHING
        for number in range(READS_LIMIT + 10):
            found = join(found, (yield leaves(number)))
        return found

    leaves = Question("leaf", 1, leaf)
    assert Solver().ask(Question("wide", 1, wide)()) == answer(open_because=["budget"])


def test_too_much_work_for_one_question_is_given_up() -> None:
    size = 40

    def all_others(number: int) -> Equation:
        found = answer([number])
        for other in range(size):
            found = join(found, (yield others(other)))
        return found

    others = Question("others", 1, all_others)
    solver = Solver(work_limit=10 * size)
    first = solver.ask(others(0))
    assert "budget" in first.open
    assert first.items < set(range(size))
    # What was in the way of that question is answered, and no other one pays for it again.
    again = solver.ask(others(size - 1))
    assert again == solver.ask(others(size - 1))
    # A question apart from them has an allowance of its own, and with enough of it the first one ends.
    assert Solver(work_limit=100 * size * size).ask(others(0)) == answer(range(size))


def test_an_answer_names_all_base_facts_that_it_rests_on() -> None:
    solver = Solver(recording=True)

    def fact(name: str) -> Equation:
        yield from ()
        solver.touch(("calls", name))
        return NOTHING

    def both() -> Equation:
        yield facts("query")
        yield facts("nobody calls this")
        return NOTHING

    facts = Question("fact", 1, fact)
    question = Question("both", 1, both)
    solver.ask(question())
    assert solver.reads(question()) == {("calls", "query"), ("calls", "nobody calls this")}


def test_shortcuts_are_taken_to_the_question_that_has_the_answer() -> None:
    solver = Solver(recording=True)
    evaluated: list[int] = []

    def value(number: int) -> Equation:
        yield from ()
        evaluated.append(number)
        solver.touch(("calls", "query"))
        return answer([number])

    def shortcut(number: int) -> Answer | Key | None:
        return question(number - 1) if number > 3 else answer(["low"]) if number < 3 else None

    question = Question("number", 1, value, shortcut=shortcut)
    above = Question("above", 1, lambda: (yield question(9)))
    assert solver.ask(question(8)) == answer([3])
    assert solver.ask(question(7)) == answer([3])
    assert solver.ask(question(1)) == answer(["low"])
    assert solver.ask(above()) == answer([3])
    assert solver.reads(above()) == {("calls", "query")}
    assert evaluated == [3]


def test_shortcuts_that_lead_in_a_circle_hold_nothing() -> None:
    def other(name: str) -> Key:
        return question("b" if name == "a" else "a")

    def through(name: str) -> Equation:
        return (yield other(name))

    question = Question("name", 1, through, shortcut=other)
    assert Solver().ask(question("a")) == NOTHING
    assert Solver().ask(question("b")) == NOTHING


def test_a_question_whose_equation_breaks_leaves_the_solver_as_it_was() -> None:
    solver = Solver()

    def breaking(name: str) -> Equation:
        yield question("b" if name == "a" else "a")
        if name == "b":
            message = "the equation broke"
            raise LookupError(message)
        return answer(["well"])

    question = Question("breaking", 1, breaking)
    for name in ("a", "b"):
        with pytest.raises(LookupError, match="the equation broke"):
            solver.ask(question(name))
