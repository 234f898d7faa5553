"""package.json: the record of one package."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from reviewer.source.jsonc import read_json, string, string_table, strings
from reviewer.source.manifests.exports import Row, flatten

_MODULE_PATHS: Final = re.compile(r"\bNODE_PATH=[\"']?([^\s\"';&]+)")


class Package(msgspec.Struct, frozen=True):
    """What a package.json says. `dir` is its folder relative to the root, empty for the root itself.

    The dependency tables map a name to the declared range or address. `workspaces` are the patterns of npm, Yarn, Bun.
    `aliases` are the names by which its modules load folders and files of it (`_moduleAliases`), `module_paths` the
    folders in which they are looked for (`NODE_PATH` in its scripts).
    """

    path: str
    dir: str
    name: str = ""
    version: str = ""
    dependencies: dict[str, str] = {}
    dev_dependencies: dict[str, str] = {}
    peer_dependencies: dict[str, str] = {}
    optional_dependencies: dict[str, str] = {}
    workspaces: tuple[str, ...] = ()
    catalogs: dict[str, dict[str, str]] = {}
    engines: dict[str, str] = {}
    type: str = ""
    main: str = ""
    module: str = ""
    source: str = ""
    bin: dict[str, str] = {}
    exports: tuple[Row, ...] = ()
    imports: tuple[Row, ...] = ()
    scripts: dict[str, str] = {}
    package_manager: str = ""
    private: bool = False
    aliases: dict[str, str] = {}
    module_paths: tuple[str, ...] = ()

    def declared(self, name: str) -> str | None:
        """The range or address that this package declares for a dependency of any kind."""
        for table in (self.dependencies, self.optional_dependencies, self.dev_dependencies, self.peer_dependencies):
            if name in table:
                return table[name]
        return None


def engine_range(package: Package) -> str:
    """The range of versions of Node.js that a package says it runs on, as it is written; empty where it says none."""
    return package.engines.get("node", "").strip()


def read_package(path: str, data: bytes) -> Package:
    """The package whose package.json lies at `path` with the content `data`.

    Members of an unexpected type count as absent. Raises JsonError where the text is no JSON object.
    """
    members = read_json(data)
    name = string(members.get("name"))
    workspaces = members.get("workspaces")
    catalogs: dict[str, dict[str, str]] = {}
    if isinstance(workspaces, dict):
        catalogs = read_catalogs(workspaces.get("catalog"), workspaces.get("catalogs"))
        workspaces = workspaces.get("packages")
    catalogs = catalogs or read_catalogs(members.get("catalog"), members.get("catalogs"))
    bins = members.get("bin")
    return Package(
        path=path,
        dir=path.rpartition("/")[0],
        name=name,
        version=string(members.get("version")),
        dependencies=string_table(members.get("dependencies")),
        dev_dependencies=string_table(members.get("devDependencies")),
        peer_dependencies=string_table(members.get("peerDependencies")),
        optional_dependencies=string_table(members.get("optionalDependencies")),
        workspaces=strings(workspaces),
        catalogs=catalogs,
        engines=string_table(members.get("engines")),
        type=string(members.get("type")),
        main=string(members.get("main")),
        module=string(members.get("module")),
        source=string(members.get("source")),
        bin={name.rpartition("/")[2]: bins} if isinstance(bins, str) else string_table(bins),
        exports=flatten(members.get("exports")),
        imports=flatten(imports) if isinstance(imports := members.get("imports"), dict) else (),
        scripts=string_table(members.get("scripts")),
        package_manager=string(members.get("packageManager")).partition("@")[0],
        private=members.get("private") is True,
        aliases=string_table(members.get("_moduleAliases")),
        module_paths=_module_paths(string_table(members.get("scripts"))),
    )


def _module_paths(scripts: dict[str, str]) -> tuple[str, ...]:
    found = (
        part for script in scripts.values() for value in _MODULE_PATHS.findall(script) for part in value.split(":")
    )
    return tuple(dict.fromkeys(part for part in found if part and "$" not in part))


def read_catalogs(catalog: object, catalogs: object) -> dict[str, dict[str, str]]:
    """Named tables of versions shared by workspaces; the one called `default` is what `catalog:` alone means."""
    tables = {key: string_table(item) for key, item in catalogs.items()} if isinstance(catalogs, dict) else {}
    default = string_table(catalog)
    if default:
        tables["default"] = default
    return {str(key): table for key, table in tables.items() if table}
