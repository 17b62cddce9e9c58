"""Compiles the translations: gettext reads what is made from the ``.po`` files when the project is installed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compiled(root: Path) -> Iterator[Path]:
    """Compile every catalogue of the packages below ``root``; yields what was written."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(root.glob("*/*/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        yield target


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # it takes any configuration of a builder
    """Compiles before anything is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_data["artifacts"] += [each.relative_to(root).as_posix() for each in compiled(root)]


if __name__ == "__main__":
    for each in compiled(Path(__file__).parent):
        assert each.stat().st_size > 0, each
