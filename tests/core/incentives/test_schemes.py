"""Incentive schemes of plugins: named, checked, asked for their curves, and blamed where they break."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import attrs
import pytest
from attrs import field, frozen

import dealwright
from dealwright import (
    ConfigError,
    Curve,
    IncentiveScheme,
    Platform,
    PluginError,
    Problem,
    UsageError,
    hookimpl,
)
from dealwright_core import contributions
from dealwright_core.host.schemes import curve_of
from dealwright_testing.deployments import MakePlatform

made: Any = contributions  # what hostile plugins yield is of no type


@frozen
class Terms:
    """What a plan says of an accelerator."""

    rate: Fraction
    bands: dict[str, int] = field(factory=dict)


@attrs.define
class Altered:
    rate: int = 1


@frozen
class WithFloat:
    rate: float = 0.5


def accelerator(quota: Fraction | None, terms: Terms) -> Curve:
    assert quota is not None
    return Curve.slab((0, terms.rate), (quota, 2 * terms.rate))


class Pays:
    """A plugin with these schemes, an accelerator if none are given."""

    def __init__(self, *schemes: Any) -> None:
        self.schemes = schemes or (
            IncentiveScheme("accelerator", "More above quota", curve=accelerator, settings=Terms),
        )

    @hookimpl
    def incentive_schemes(self) -> Iterator[Any]:
        yield from self.schemes


def scheme(**more: Any) -> Any:
    return made.IncentiveScheme(
        **{"name": "odd", "title": "Odd", "curve": lambda quota, settings: None, **more}
    )


def reason_of(platform: Platform, plugin: str) -> str:
    """Why a plugin failed; nothing where it did not."""
    status = platform.host.status(plugin)
    assert status is not None
    return status.reason or ""


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    return make_platform(plugins=[("pays", Pays())])


def test_a_scheme_is_found_by_its_name(platform: Platform) -> None:
    found = platform.host.registry.incentive_schemes["accelerator"]
    assert (found.plugin, found.item.title) == ("pays", "More above quota")
    status = platform.host.status("pays")
    assert status is not None
    assert status.contributions == {"incentive_schemes": 1}


def test_the_schemes_are_listed(platform: Platform) -> None:
    listed = platform.run("scheme.list", actor="guest").value
    assert {"scheme": "accelerator", "title": "More above quota", "plugin": "pays"} in listed
    assert {each["plugin"] for each in listed} == {"pays", "commission", "bonus"}


def test_a_scheme_is_shown_with_what_it_pays(platform: Platform) -> None:
    shown = platform.run(
        "scheme.show",
        actor="guest",
        ref="accelerator",
        quota="100000",
        setting=["rate=1/30"],
        at=["50000", "100000.5"],
    ).value
    assert [each["tier"] for each in shown["tiers"]] == [
        "below 100,000: 3 1/3 % of all",
        "from 100,000: 3,333 1/3, and 6 2/3 % of what is above 100,000",
    ]
    assert shown["pay"] == [{"at": "50000", "due": "5000/3"}, {"at": "100000.5", "due": "100001/30"}]
    assert shown["pays_less"] == []


def test_a_scheme_that_pays_less_for_more_says_where(make_platform: MakePlatform) -> None:
    down = scheme(name="down", curve=lambda quota, settings: Curve.whole((0, 2), (100, 1)))
    shown = make_platform(plugins=[("pays", Pays(down))]).run("scheme.show", actor="guest", ref="down").value
    assert shown["pay"] == [{"at": "0", "due": "0"}, {"at": "100", "due": "100"}]
    assert shown["pays_less"] == [{"from": "100", "to": "100", "lost": "100"}]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"ref": "acelerator"}, "there is no incentive scheme 'acelerator', did you mean 'accelerator'?"),
        ({"ref": "accelerator"}, "setting rate: is missing"),
        ({"ref": "accelerator", "setting": ["rat=1"]}, "unknown key 'rat', did you mean 'rate'?"),
        ({"ref": "accelerator", "setting": ["rate"]}, "setting 'rate' has no value; write KEY=VALUE"),
        ({"ref": "accelerator", "setting": ["rate=x"]}, "setting rate: 'x' is not a fraction"),
        ({"ref": "accelerator", "setting": ["rate=1"], "quota": "many"}, "quota: 'many' is not a fraction"),
        ({"ref": "plain", "setting": ["rate=1"]}, "incentive scheme plain takes no settings"),
    ],
)
def test_a_question_that_cannot_be_asked(
    make_platform: MakePlatform, arguments: dict[str, Any], reason: str
) -> None:
    plain = scheme(name="plain", curve=lambda quota, settings: Curve.flat(1))
    platform = make_platform(plugins=[("pays", Pays(*Pays().schemes, plain))])
    with pytest.raises(UsageError) as error:
        platform.run("scheme.show", actor="guest", **arguments)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Curve.flat(1), "yielded Curve"),
        (None, "yielded NoneType 'None', not IncentiveScheme"),
        (scheme(name="Odd one"), "'Odd one' cannot be a name"),
        (scheme(name=5), "IncentiveScheme 5.name: expected str, got int 5"),
        (scheme(title=None), "IncentiveScheme odd.title: expected str, got NoneType"),
        (scheme(curve=Curve.flat(1)), "IncentiveScheme odd.curve: expected a function, got Curve"),
        (scheme(curve=lambda quota: None), "curve is not called as curve(quota, settings); take both"),
        (scheme(settings="Terms"), "IncentiveScheme odd.settings: expected a class, got str 'Terms'"),
        (scheme(settings=Terms(Fraction(1))), "IncentiveScheme odd.settings: expected a class, got Terms"),
        (scheme(settings=dict), "settings: dict is no frozen attrs class"),
        (scheme(settings=Altered), "settings: Altered is no frozen attrs class"),
        (
            scheme(settings=WithFloat),
            "settings: WithFloat cannot be read: settings cannot have the type float",
        ),
    ],
)
def test_a_scheme_that_is_not_what_it_should_be(make_platform: MakePlatform, item: Any, reason: str) -> None:
    found = reason_of(make_platform(plugins=[("pays", Pays(item))], upgrade=False), "pays")
    assert found.startswith("incentive_schemes: ")
    assert reason in found


def test_two_schemes_of_one_name_are_refused(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("pays", Pays()), ("pays-too", Pays())], upgrade=False)
    assert reason_of(platform, "pays") == ""
    assert "'accelerator' is contributed by pays and by pays-too" in reason_of(platform, "pays-too")


def raising(quota: Fraction | None, terms: Terms) -> Curve:
    raise ZeroDivisionError("no quota")


def exiting(quota: Fraction | None, terms: Terms) -> Curve:
    raise SystemExit


def with_a_float(quota: Fraction | None, terms: Terms) -> Curve:
    return Curve.flat(0.05)  # type: ignore[arg-type]  # what is tested


def returning_a_number(quota: Fraction | None, terms: Terms) -> Any:
    return 5


def blaming_another(quota: Fraction | None, terms: Terms) -> Curve:
    raise PluginError("direct", "channels", "it was not me")


def altering_the_settings(quota: Fraction | None, terms: Terms) -> Curve:
    terms.bands["gold"] = 100
    return Curve.flat(terms.rate)


def altering_the_quota(quota: Fraction | None, terms: Terms) -> Curve:
    quota._numerator = 1  # type: ignore[union-attr]  # what is tested
    return Curve.flat(terms.rate)


def forging(quota: Fraction | None, terms: Terms) -> Curve:
    curve = Curve.flat(terms.rate)
    object.__setattr__(curve.pieces[0], "value", 0.05)
    return curve


class Bolder(Curve):
    """A curve that pays more than it says."""

    def due(self, position: Any, measure: Any = None) -> Fraction:
        return super().due(position, measure) + 1


def of_its_own_class(quota: Fraction | None, terms: Terms) -> Curve:
    return Bolder.flat(1)


@pytest.mark.parametrize(
    ("curve", "reason"),
    [
        (raising, "raised ZeroDivisionError: no quota (test_schemes.py:"),
        (exiting, "raised SystemExit"),
        (with_a_float, "raised InvalidValue: float 0.05 is not exact"),
        (blaming_another, "raised PluginError: plugin direct"),
        (returning_a_number, "returned int, not Curve"),
        (of_its_own_class, "returned Bolder, not Curve"),
        (forging, "curve.pieces[0].value: expected Fraction, got float 0.05"),
        (altering_the_settings, "altered its quota or its settings"),
        (altering_the_quota, "altered its quota or its settings"),
    ],
)
def test_a_curve_that_breaks_is_told_with_plugin_and_scheme(
    make_platform: MakePlatform, curve: Callable[..., Any], reason: str
) -> None:
    platform = make_platform(plugins=[("pays", Pays(scheme(curve=curve, settings=Terms)))], upgrade=False)
    found = platform.host.registry.incentive_schemes["odd"]
    with pytest.raises(PluginError) as error:
        curve_of(found, Fraction(7), Terms(Fraction(1, 20)))
    assert str(error.value).startswith("plugin pays: curve of incentive scheme odd: ")
    assert reason in str(error.value)


def needing_a_quota(quota: Fraction | None, terms: Terms) -> Curve:
    raise ConfigError([Problem("rate", "needs a quota", hint="give one")])


def test_settings_that_do_not_fit_the_quota_are_not_the_plugin_s_fault(make_platform: MakePlatform) -> None:
    odd = scheme(curve=needing_a_quota, settings=Terms)
    platform = make_platform(plugins=[("pays", Pays(odd))])
    with pytest.raises(ConfigError, match="rate: needs a quota, give one"):
        curve_of(platform.host.registry.incentive_schemes["odd"], None, Terms(Fraction(1)))
    with pytest.raises(UsageError, match="setting rate: needs a quota, give one"):
        platform.run("scheme.show", actor="guest", ref="odd", setting=["rate=1"])


def test_a_scheme_may_have_any_name_that_no_other_has(make_platform: MakePlatform) -> None:
    platform = make_platform(
        config='[plugins]\ndisabled = ["commission"]\n',
        plugins=[("pays", Pays(scheme(name="slab")))],
        upgrade=False,
    )
    assert reason_of(platform, "pays") == ""


def test_a_broken_scheme_is_an_error_of_the_command(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("pays", Pays(scheme(curve=raising)))])
    with pytest.raises(PluginError, match="plugin pays: curve of incentive scheme odd"):
        platform.run("scheme.show", actor="guest", ref="odd")


@pytest.mark.parametrize("name", ["Bound", "Curve", "Fall", "IncentiveScheme", "Piece", "Stretch"])
def test_an_author_imports_it_from_dealwright(name: str) -> None:
    assert name in dealwright.__all__
    assert isinstance(getattr(dealwright, name), type)
