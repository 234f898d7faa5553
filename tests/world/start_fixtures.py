"""Starts the fixtures with their real packages against a real PostgreSQL and proves what their expected findings say.

Needs npm and Debian's `postgresql` (installed through apt when missing and this runs as root). Run it as a script, with
the names of fixtures or for all.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from servers import HANGS, LOST, Ask, Shop, bank, check, postgres, quote, size
from shop_proofs import PLANS, proofs

# Each makes a planted handler reject: an id that is no number, a missing row, a NUL that the database refuses.
REJECTING: Final = {
    "products.js:14": Ask("GET", "/api/products/abc"),
    "orders.js:17": Ask("GET", "/api/orders/abc", role="bert"),
    "cart.js:37": Ask("PUT", "/api/cart/items/abc", {"quantity": 1}, role="bert"),
    "reviews.js:20": Ask("POST", "/api/reviews/of/999", {"rating": 5, "title": "x"}, role="bert"),
    "categories.js:11": Ask("GET", "/api/categories/abc"),
    "search.js:21": Ask("GET", "/api/search"),
    "auth.js:36": Ask("POST", "/api/auth/login", {"email": "a\0b", "password": "x"}),
    "users.js:32": Ask("PATCH", "/api/users/abc", {"name": "x"}, role="bert"),
    "reports.js:15": Ask("GET", "/api/reports/sales", role="admin", headers=(("x-store-id", "abc"),)),
    "admin.js:17": Ask("GET", "/api/admin/low-stock?below=abc", role="admin"),
}


_ALL: Final = "' OR '1'='1"
# Each pair: what an honest client asks, what an attacker asks; the fault is real when the attacker's list is longer.
INJECTING: Final = {
    "user-repository.js:27": (
        Ask("GET", "/api/admin/users?role=admin", role="admin"),
        Ask("GET", f"/api/admin/users?role={quote('admin' + _ALL)}", role="admin"),
    ),
    "product-repository.js:33": (
        Ask("GET", "/api/products?category=Tea"),
        Ask("GET", f"/api/products?category={quote('Tea' + _ALL)}"),
    ),
    "product-repository.js:64": (
        Ask("POST", "/api/admin/products/deactivate", {"ids": ["1"]}, role="admin"),
        Ask("POST", "/api/admin/products/deactivate", {"ids": ["1) OR (TRUE"]}, role="admin"),
    ),
    "category-repository.js:20": (
        Ask("GET", "/api/categories/by-slug/tea"),
        Ask("GET", f"/api/categories/by-slug/{quote('tea' + _ALL)}"),
    ),
    "order-repository.js:24": (
        Ask("GET", "/api/orders?status=open", role="bert"),
        Ask("GET", f"/api/orders?status={quote('open' + _ALL)}", role="bert"),
    ),
    "review-repository.js:20": (
        Ask("GET", "/api/reviews/of/1?sort=rating"),
        Ask("GET", "/api/reviews/of/1?sort=" + quote("generate_series(1, 5)")),
    ),
    "sales-report.js:41": (
        Ask("GET", "/api/reports/sales?region=north", role="admin"),
        Ask("GET", f"/api/reports/sales?region={quote('north' + _ALL)}", role="admin"),
    ),
    "search-service.js:20": (
        Ask("GET", "/api/search/suggestions?q=green"),
        Ask("GET", "/api/search/suggestions?q=" + quote("zzz' UNION SELECT email FROM users --")),
    ),
    "currency-service.js:9": (
        Ask("GET", "/api/products/1/price", headers=(("x-currency", "USD"),)),
        Ask("GET", "/api/products/1/price", headers=(("x-currency", "USD" + _ALL),)),
    ),
}


def rejections(shop: Shop, *, faulty: bool) -> Iterator[bool]:
    """Every planted handler ends the process, and hangs where the process survives; the repaired ones answer."""
    name = shop.folder.name
    for place, ask in REJECTING.items():
        with shop.started() as process:
            status = shop.ask(ask).status
            time.sleep(0.2)
            ended = process.poll()
            done = status == LOST and ended == 1 if faulty else status >= 400 and ended is None
            yield check(f"{name} {place}: status {status}, process {'lives' if ended is None else 'ended'}", holds=done)
    with shop.started("--unhandled-rejections=warn"):
        for place, ask in REJECTING.items():
            status = shop.ask(ask).status
            yield check(f"{name} {place}: status {status} when told to go on", holds=(status == HANGS) == faulty)


def injections(shop: Shop, *, faulty: bool) -> Iterator[bool]:
    """Every planted statement gives the attacker more than the honest client; the repaired ones do not."""
    name = shop.folder.name
    with shop.started():
        for place, (honest, attack) in INJECTING.items():
            fair, got = size(shop.ask(honest)), size(shop.ask(attack))
            yield check(f"{name} {place}: honest {fair}, attacker {got}", holds=(got > fair) == faulty)


def unparameterized(shop: Shop, *, faulty: bool) -> Iterator[bool]:
    """Values from the command line, a row and another service become SQL, or do not."""
    name = shop.folder.name
    shop.seed()
    fair = shop.run("node", "scripts/monthly-report.js", "web").split()[1]
    got = shop.run("node", "scripts/monthly-report.js", "web" + _ALL).split("1:")[-1].split()[0]
    yield check(f"{name} sales-report.js:48: web {fair}, quoted {got}", holds=(int(got) > int(fair)) == faulty)
    with bank({"USD', 9), ('XXX": 5}) as url, shop.started(RATES_URL=url):
        best = Ask("GET", "/api/reports/best-category", role="admin")
        change = Ask("PATCH", "/api/products/1", {"category": "Men's tea"}, role="admin")
        others = [Ask("PATCH", f"/api/products/{n}", {"category": "Men's tea"}, role="admin") for n in (3, 5)]
        for ask in (change, *others):
            shop.ask(ask)
        status = shop.ask(best).status
        yield check(f"{name} sales-report.js:63: status {status} for a quote", holds=(status == 500) == faulty)
        time.sleep(0.5)
        status = shop.ask(Ask("GET", "/api/products/1/price", headers=(("x-currency", "XXX"),))).status
        yield check(f"{name} currency-service.js:18: foreign rate has status {status}", holds=(status == 200) == faulty)


def express(shop: Shop, *, faulty: bool) -> Iterator[bool]:
    """Everything about the two shops on Express."""
    for proof in (rejections, injections, unparameterized):
        yield from proof(shop, faulty=faulty)


def main(names: list[str]) -> int:
    """Check the shops, or those named; the number of claims that do not hold."""
    failed = 0
    for name in names or ["express-shop", "express-clean", *PLANS]:
        with postgres() as database, tempfile.TemporaryDirectory(prefix="world-") as folder:
            shop = Shop(name, Path(folder), database)
            faulty = not name.endswith("clean")
            claims = proofs(shop, PLANS[name], faulty=faulty) if name in PLANS else express(shop, faulty=faulty)
            failed += sum(not holds for holds in claims)
    return failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
