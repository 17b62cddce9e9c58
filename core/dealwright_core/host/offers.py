"""What the installed distributions, and the program itself, offer as plugins."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distributions, version
from typing import Literal

from attrs import frozen

from dealwright_core.config.sections import CORE
from dealwright_core.language import core as _
from dealwright_core.language import joined

GROUP = "dealwright.plugins"
BUNDLED = "dealwright"
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
# Keys of [plugins], which no plugin's section can have.
RESERVED = ("disabled", "required", "order", "allow")


@frozen(eq=False)
class Offer:
    """A plugin before anything of it is imported. ``distribution`` is empty where the program hands it in."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".strip() if self.distribution else _("the program")


@frozen
class Rejected:
    """A plugin that is not used, and why. ``state`` is disabled, failed or missing."""

    name: str
    distribution: str
    version: str
    state: Literal["disabled", "failed", "missing"]
    reason: str
    hooks: tuple[str, ...] = ()


def rejected(
    offer: Offer,
    reason: str,
    state: Literal["disabled", "failed"] = "failed",
    hooks: tuple[str, ...] = (),
) -> Rejected:
    """The offer, turned down."""
    return Rejected(offer.name, offer.distribution, offer.version, state, reason, hooks)


def handed_in(plugins: Iterable[tuple[str, object]]) -> Iterator[Offer]:
    """Offers of the program itself; the plugin `core` belongs to our own distribution."""
    for name, plugin in plugins:
        is_core = name == CORE
        yield Offer(name, BUNDLED if is_core else "", _version() if is_core else "", partial(_itself, plugin))


def installed(found: Iterable[Distribution] | None = None) -> tuple[list[Offer], list[Rejected]]:
    """Offers of the installed distributions, and those distributions whose entry points cannot be read."""
    offers: list[Offer] = []
    broken: list[Rejected] = []
    seen: set[str] = set()
    for each in distributions() if found is None else found:
        text = each.read_text("entry_points.txt") or ""
        if GROUP not in text:
            continue
        name, release = "", ""
        try:
            name, release = each.name, each.version
            if name in seen:  # shadowed: an import would take the first one, too
                continue
            seen.add(name)
            offers += [_offer(point, name, release) for point in each.entry_points if point.group == GROUP]
        except Exception as error:  # metadata that anybody may have written
            shown = name or str(getattr(each, "_path", "a distribution"))
            broken.append(
                Rejected(
                    shown, shown, release, "failed", _("its metadata cannot be read: {error!r}", error=error)
                )
            )
    return offers, broken


def _offer(point: EntryPoint, distribution: str, release: str) -> Offer:
    return Offer(point.name, distribution, release, point.load)


def settled(offers: Sequence[Offer]) -> tuple[list[Offer], list[Rejected]]:
    """One offer for each name. Of several all are turned down.

    But the core and the bundled plugins keep their names: no stranger can put them out.
    """
    kept: list[Offer] = []
    refused: list[Rejected] = []
    for name in dict.fromkeys(each.name for each in offers):
        rivals = [each for each in offers if each.name == name]
        if not NAME.fullmatch(name) or name in RESERVED:
            refused += [
                rejected(each, _("{name!r} cannot be the name of a plugin", name=name)) for each in rivals
            ]
            continue
        ours = [each for each in rivals if each.distribution == BUNDLED]
        winners = ours if len(ours) == 1 else rivals if len(rivals) == 1 and name != CORE else []
        kept += winners
        both = joined(" and ", map(str, rivals))
        reason = (
            _("offered by {both}: uninstall one", both=both)
            if len(rivals) > 1
            else _("the name belongs to dealwright")
        )
        refused += [rejected(each, reason) for each in rivals if each not in winners]
    return kept, refused


def _itself(plugin: object) -> object:
    return plugin


def _version() -> str:
    try:
        return version(BUNDLED)
    except PackageNotFoundError:
        return ""
