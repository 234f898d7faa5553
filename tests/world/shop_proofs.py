"""What is planted in the shops on Koa, Fastify and Nest, shown to happen: what to ask, and what then comes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

from servers import LOST, PASSWORD, Ask, Shop, check, partner, quote, size

_ALL: Final = "' OR '1'='1"
_NOBODY: Final = "http://127.0.0.1:9"
_LOGINS: Final = 12


class Ending(NamedTuple):
    """What ends the process of a faulty shop: a request, a message to a socket, or just the time that passes.

    `down` are the settings that name services which do not answer; all others do, with `status`.
    """

    ask: Ask | None = None
    socket: str = ""
    message: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    down: tuple[str, ...] = ()
    status: int = 204


class Plan(NamedTuple):
    """What is shown of one shop, by the place of the fault.

    injecting: what an honest client asks and what an attacker asks, who gets more. repeating: a request, a table, and
    how many statements for it a faulty shop sends; a repaired one sends one. letting: a request whose answer a faulty
    shop gives although a partner refuses, and what stands in it.
    """

    services: tuple[str, ...]
    ending: dict[str, Ending]
    injecting: dict[str, tuple[Ask, Ask]]
    repeating: dict[str, tuple[Ask, str, int]]
    blocking: str
    letting: tuple[str, Ask, str]


_ORDER: Final = {"lines": [{"productId": 1, "quantity": 1}]}
_KOA: Final = Plan(
    ("MAIL_URL", "PARTNER_URL", "WAREHOUSE_URL"),
    {
        "services/orders.js:32": Ending(Ask("POST", "/api/orders", {}, role="bert"), down=("WAREHOUSE_URL",)),
        "listeners.js:7": Ending(Ask("POST", "/api/orders", {}, role="bert"), down=("MAIL_URL",)),
        "live.js:11": Ending(socket="/live", message="no JSON"),
        "jobs/index.js:10": Ending(settings=(("RATES_EVERY", "2500"),)),
    },
    {
        "categories.js:10": (Ask("GET", "/api/categories/tea"), Ask("GET", f"/api/categories/{quote('tea' + _ALL)}")),
        "products.js:18": (
            Ask("GET", "/api/products/search?q=espresso"),
            Ask("GET", "/api/products/search?q=espresso&by=" + quote("generate_series(1, 5),name")),
        ),
        "reports.js:9": (
            Ask("GET", f"/api/reports/sales/{time.gmtime().tm_year}", role="admin", headers=(("x-region", "south"),)),
            Ask("GET", "/api/reports/sales/1", role="admin", headers=(("x-region", "south" + _ALL),)),
        ),
    },
    {
        "catalogue.js:17": (Ask("GET", "/api/products/search?q=e"), '"reviews"', 3),
        "catalogue.js:24": (Ask("GET", "/api/categories"), '"categories"', 4),
    },
    "passwords.js:16",
    ("vouchers.js:17", Ask("GET", "/api/cart/vouchers", role="bert"), "STAFF50"),
)
_FASTIFY: Final = Plan(
    ("CARRIER_URL", "MAIL_URL", "PARTNER_URL"),
    {
        "services/orders.js:28": Ending(
            Ask("POST", "/api/orders", {"lines": [{"product": 1, "quantity": 1}]}, role="bert"), down=("CARRIER_URL",)
        ),
        "listeners.js:5": Ending(Ask("POST", "/api/orders/1/payment", {}, role="bert"), down=("CARRIER_URL",)),
        "live/index.js:7": Ending(socket="/live", message="no JSON"),
        "services/rates.js:11": Ending(Ask("GET", "/api/products/1/price/USD")),
        "plugins/rates.js:8": Ending(settings=(("RATES_EVERY", "2500"),)),
    },
    {
        "categories.js:2": (
            Ask("GET", "/api/categories/by-slug/tea"),
            Ask("GET", f"/api/categories/by-slug/{quote('tea' + _ALL)}"),
        ),
        "products.js:18": (
            Ask("GET", "/api/products/search?text=espresso"),
            Ask("GET", "/api/products/search?text=espresso&sort=" + quote("generate_series(1, 5),name")),
        ),
        "products.js:34": (
            Ask("POST", "/api/admin/products/deactivate", {"ids": ["1"]}, role="admin"),
            Ask("POST", "/api/admin/products/deactivate", {"ids": ["1') OR ('1'='1"]}, role="admin"),
        ),
        "reports.js:7": (
            Ask("GET", f"/api/admin/sales/{time.gmtime().tm_year}", role="admin", headers=(("x-region", "south"),)),
            Ask("GET", "/api/admin/sales/1", role="admin", headers=(("x-region", "south" + _ALL),)),
        ),
    },
    {
        "services/orders.js:10": (Ask("GET", "/api/orders", role="bert"), "FROM order_lines", 2),
        "catalogue.js:13": (Ask("GET", "/api/products/search?text=e"), "FROM reviews", 3),
    },
    "passwords.js:14",
    (
        "clubs.js:12",
        Ask("POST", "/api/orders", {"lines": [{"product": 1, "quantity": 1}]}, role="bert"),
        "'rebate': 10",
    ),
)
_NEST: Final = Plan(
    ("MAIL_URL", "PARTNER_URL", "WAREHOUSE_URL"),
    {
        "main.ts:17": Ending(Ask("GET", "/api/products/%E0%A4%A")),
        "orders.service.ts:58": Ending(Ask("POST", "/api/orders", _ORDER, role="bert"), down=("WAREHOUSE_URL",)),
        "orders.service.ts:61": Ending(Ask("POST", "/api/orders", _ORDER, role="bert"), down=("MAIL_URL",)),
        "orders.listener.ts:17": Ending(Ask("POST", "/api/orders/1/payment", {}, role="bert"), down=("MAIL_URL",)),
        "stock.gateway.ts:22": Ending(socket="/live?token=none"),
        "rates.service.ts:18": Ending(settings=(("RATES_EVERY", "2500"),)),
    },
    {
        "categories.service.ts:26": (
            Ask("GET", "/api/categories/tea"),
            Ask("GET", f"/api/categories/{quote('tea' + _ALL)}"),
        ),
        "products.repository.ts:39": (
            Ask("GET", "/api/products/search?text=espresso"),
            Ask("GET", "/api/products/search?text=" + quote("espresso' OR 'a' LIKE 'a")),
        ),
        "reports.service.ts:14": (
            Ask("GET", f"/api/reports/sales/{time.gmtime().tm_year}", role="admin", headers=(("x-region", "south"),)),
            Ask("GET", "/api/reports/sales/1", role="admin", headers=(("x-region", "south" + _ALL),)),
        ),
    },
    {
        "orders.service.ts:31": (Ask("GET", "/api/orders", role="bert"), '"order_lines"', 2),
        "catalogue.service.ts:25": (Ask("GET", "/api/products/search?text=e"), '"reviews"', 3),
        "categories.service.ts:20": (Ask("GET", "/api/categories"), '"categories"', 4),
    },
    "passwords.service.ts:19",
    ("vouchers.service.ts:17", Ask("GET", "/api/payments/vouchers", role="bert"), "STAFF50"),
)
PLANS: Final = {"koa-shop": _KOA, "fastify-shop": _FASTIFY, "nest-shop": _NEST, "nest-shop-clean": _NEST}


def proofs(shop: Shop, plan: Plan, *, faulty: bool) -> Iterator[bool]:
    """All that is planned for one shop."""
    yield from _endings(shop, plan, faulty=faulty)
    shop.seed()
    name = shop.folder.name
    with ExitStack() as stack:
        url = stack.enter_context(partner(404))
        stack.enter_context(shop.started(**dict.fromkeys(plan.services, url)))
        for place, (honest, attack) in plan.injecting.items():
            fair, got = size(shop.ask(honest)), size(shop.ask(attack))
            yield check(f"{name} {place}: honest {fair}, attacker {got}", holds=(got > fair) == faulty)
        for place, (ask, table, often) in plan.repeating.items():
            count = shop.statements(ask, table)
            yield check(f"{name} {place}: {count} statements", holds=count == (often if faulty else 1))
        yield _blocking(shop, plan.blocking, faulty=faulty)
    shop.seed()
    with partner(204) as kind, partner(404) as unkind:
        urls = {service: unkind if service == "PARTNER_URL" else kind for service in plan.services}
        with shop.started(**urls):
            place, ask, text = plan.letting
            answer = shop.ask(ask)
            is_let = text in str(answer.body)
            yield check(f"{name} {place}: refused by the partner, status {answer.status}", holds=is_let == faulty)


def _endings(shop: Shop, plan: Plan, *, faulty: bool) -> Iterator[bool]:
    """Each ends the process of a faulty shop; a repaired one lives."""
    for place, ending in plan.ending.items():
        shop.seed()
        with partner(ending.status) as url:
            urls = {service: _NOBODY if service in ending.down else url for service in plan.services}
            with shop.started(**urls, **dict(ending.settings)) as process:
                status = shop.ask(ending.ask).status if ending.ask is not None else LOST
                if ending.socket:
                    shop.knock(ending.socket, ending.message)
                deadline = time.monotonic() + (6 if faulty or ending.settings else 0.5)
                while process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.05)
                ended = process.poll()
                state = "lives" if ended is None else "ended"
                holds = ended == 1 if faulty else ended is None
                yield check(f"{shop.folder.name} {place}: status {status}, process {state}", holds=holds)


def _blocking(shop: Shop, place: str, *, faulty: bool) -> bool:
    """While many sign in, some request that needs nothing waits for many of them, or none does."""
    login = Ask("POST", "/api/auth/login", {"email": "bert@shop.example", "password": PASSWORD})
    shop.ask(login)
    began = time.monotonic()
    shop.ask(login)
    alone = time.monotonic() - began
    threads = [threading.Thread(target=shop.ask, args=(login, 20)) for _ in range(_LOGINS)]
    for thread in threads:
        thread.start()
    waited = 0.0
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        shop.ask(Ask("GET", "/health/ready"), patience=20)
        waited = max(waited, time.monotonic() - began)
    claim = f"{shop.folder.name} {place}: others wait {waited / alone:.1f} times as long as one login takes"
    return check(claim, holds=(waited > _LOGINS / 4 * alone) == faulty)
