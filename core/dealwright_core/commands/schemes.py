"""Questions to incentive schemes: which are there, and what does one pay?"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any

from dealwright_core.config.document import Document
from dealwright_core.config.environment import EnvironmentText
from dealwright_core.config.settingtypes import LEAVES, Context
from dealwright_core.config.structure import structure
from dealwright_core.contributions import Command, IncentiveScheme
from dealwright_core.errors import ConfigError, InvalidValue, Problem, UsageError
from dealwright_core.host.registry import Contributed
from dealwright_core.host.schemes import curve_of
from dealwright_core.incentives.curve import Curve, Fall
from dealwright_core.incentives.wording import plain
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.session import Session


def scheme_commands() -> Iterator[Command]:
    """Commands that list incentive schemes and show their curves."""
    yield Command("scheme.list", schemes, example="dealwright scheme list", reads=True)
    yield Command(
        "scheme.show",
        show,
        example="dealwright scheme show accelerator --quota 100000 --at 120000",
        reads=True,
    )


def schemes(session: Session) -> list[dict[str, Any]]:
    """List the incentive schemes that plugins contribute."""
    return [
        {"scheme": each.item.name, "title": each.item.title, "plugin": each.plugin}
        for each in session.contributions.incentive_schemes.values()
    ]


def show(
    session: Session,
    *,
    ref: Annotated[str, "name of the scheme"],
    quota: Annotated[str | None, "quota, such as 100000 or 1/3"] = None,
    setting: Annotated[tuple[str, ...], "KEY=VALUE of its settings"] = (),
    at: Annotated[tuple[str, ...], "position to pay for; else where tiers start"] = (),
) -> dict[str, Any]:
    """Show the payout curve of an incentive scheme in words, what it pays, and where it pays less for more."""
    scheme = _scheme(session, ref)
    settings = _settings(scheme.item, setting, Context(session.currency, session.calendar))
    curve = _curve(scheme, None if quota is None else _number("quota", quota), settings)
    positions = [_number("at", each) for each in at] or [each.start.at for each in curve.pieces]
    return {
        "scheme": scheme.item.name, "title": scheme.item.title, "plugin": scheme.plugin,
        "tiers": [{"tier": each} for each in curve.words()], "pay": list(_paid(curve, positions)),
        "pays_less": [_fallen(each) for each in curve.falls()],
    }  # fmt: skip


def _scheme(session: Session, name: str) -> Contributed[IncentiveScheme]:
    known = session.contributions.incentive_schemes
    if name not in known:
        raise UsageError(
            _("there is no incentive scheme {name!r}{near}", name=name, near=did_you_mean(name, known)),
            _("see: dealwright scheme list"),
        )
    return known[name]


def _settings(scheme: IncentiveScheme, given: Iterable[str], context: Context) -> Any:
    """The settings of a scheme, read as those of a plugin are. Raises UsageError with every mistake."""
    pairs = dict(map(_pair, given))
    if scheme.settings is None:
        if pairs:
            raise UsageError(
                _("incentive scheme {scheme} takes no settings", scheme=scheme.name), _("leave --setting out")
            )
        return None
    settings, problems = structure(scheme.settings, pairs, document=Document("", {}), context=context)
    if problems:
        raise _refusal(problems)
    return settings


def _curve(scheme: Contributed[IncentiveScheme], quota: Fraction | None, settings: Any) -> Curve:
    try:
        return curve_of(scheme, quota, settings)
    except ConfigError as error:
        raise _refusal(error.problems) from None


def _refusal(problems: Iterable[Problem]) -> UsageError:
    """The error that settings cannot be used."""
    return UsageError(joined("; ", (_("setting {each}", each=each) for each in problems)))


def _pair(text: str) -> tuple[str, EnvironmentText]:
    key, sign, value = text.partition("=")
    if not sign:
        raise UsageError(_("setting {text!r} has no value", text=text), _("write KEY=VALUE"))
    return key.strip(), EnvironmentText(value.strip())


def _number(what: str, text: str) -> Fraction:
    try:
        found: Fraction = LEAVES[Fraction](EnvironmentText(text), Context())
    except InvalidValue as error:
        raise InvalidValue(joined(": ", (what, error.message)), error.hint) from None
    return found


def _paid(curve: Curve, positions: Iterable[Fraction]) -> Iterator[Mapping[str, str]]:
    for each in dict.fromkeys(positions):
        yield {"at": plain(each), "due": plain(curve.due(each))}


def _fallen(fall: Fall) -> dict[str, str | None]:
    return {
        name: None if value is None else plain(value)
        for name, value in (("from", fall.start), ("to", fall.end), ("lost", fall.lost))
    }
