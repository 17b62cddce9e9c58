"""Finding the plugins there are, in the order of their use."""

from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution

from attrs import frozen

from dealwright_core.config.deployment import Deployment
from dealwright_core.config.document import KeyPath, meant
from dealwright_core.config.sections import CORE
from dealwright_core.errors import Problem
from dealwright_core.host.loading import Loader, Plugin
from dealwright_core.host.offers import RESERVED, Offer, Rejected, handed_in, installed, settled
from dealwright_core.language import core as _
from dealwright_core.language import joined

REMEDY = _("install it, or leave this out")


@frozen
class Discovery:
    """The plugins in the order of their use, those not used, and mistakes in their configuration."""

    plugins: tuple[Plugin, ...]
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]


def discover(
    deployment: Deployment,
    *,
    plugins: bool = True,
    extra_plugins: Iterable[tuple[str, object]] = (),
    found: Iterable[Distribution] | None = None,
    is_traced: bool = False,
) -> Discovery:
    """Load the plugins that are installed (or in ``found``) and those handed in as (name, object).

    The core comes first, then those that ``[plugins] order`` names, then the others by name. Without
    ``plugins`` only the core is loaded.
    """
    offers, turned_down = installed(found)
    kept, refused = settled([*handed_in(extra_plugins), *offers])
    loader = Loader(deployment, plugins, is_traced)
    loaded, problems = [], []
    turned_down += refused
    for offer in _ordered(kept, deployment.plugins.order):
        plugin, wrong = loader.load(offer)
        problems += wrong
        if isinstance(plugin, Plugin):
            loaded.append(plugin)
        else:
            turned_down.append(plugin)
    names = {each.name for each in (*offers, *kept)}
    turned_down += _missing(deployment, names)
    return Discovery(tuple(loaded), tuple(turned_down), (*problems, *_strangers(deployment, names)))


def _ordered(offers: Sequence[Offer], order: Sequence[str]) -> list[Offer]:
    def place(offer: Offer) -> tuple[bool, int, str]:
        at = order.index(offer.name) if offer.name in order else len(order)
        return offer.name != CORE, at, offer.name

    return sorted(offers, key=place)


def _missing(deployment: Deployment, names: set[str]) -> list[Rejected]:
    """The plugins that are required and that nobody offers."""
    return [
        Rejected(each, "", "", "missing", _("not installed{maybe}", maybe=_maybe(each, names)))
        for each in deployment.plugins.required
        if each not in names
    ]


def _maybe(name: str, names: set[str]) -> str:
    hint = meant(name, names - {CORE})
    return joined("", (", ", hint)) if hint else ""


def _strangers(deployment: Deployment, names: set[str]) -> list[Problem]:
    """What the configuration says of plugins that nobody installed. Disabling one is a remedy, no mistake."""
    known = names - {CORE}
    document, rules = deployment.document, deployment.plugins
    expected = {*known, *rules.required, *rules.disabled}
    spelt_so = {each.replace("-", "_") for each in expected}
    named: list[tuple[KeyPath, str, set[str]]] = [
        *((("plugins", key), key, {*known, *RESERVED}) for key in rules.sections if key not in spelt_so),
        *((("plugins", "order", at), name, known) for at, name in enumerate(rules.order)),
        *((("plugins", "allow", name), name, known) for name in rules.allow),
    ]
    return [
        document.problem(path, _("no plugin {name!r} is installed", name=name), meant(name, near) or REMEDY)
        for path, name, near in named
        if name not in expected
    ]
