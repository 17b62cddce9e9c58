"""Asking channels: one that breaks is told with its plugin, and the others answer."""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any

import pytest

from dealwright import Channel, Platform, ScoringRule, Suitability, fields, hookimpl
from dealwright_testing.deployments import MakePlatform

Judge = Callable[[Any, Any], Iterable[Suitability]]


def raising(session: Any, opportunity: Any) -> Iterable[Suitability]:
    raise KeyError("boom")


def raising_later(session: Any, opportunity: Any) -> Iterator[Suitability]:
    yield Suitability(5, "so far so good")
    raise SystemExit


def endless(session: Any, opportunity: Any) -> Iterator[Suitability]:
    return repeat(Suitability(1, "again"))


def wrong(session: Any, opportunity: Any) -> list[Any]:
    return [Suitability(1.5, "a float")]  # type: ignore[arg-type]  # what is tested


def careless(session: Any, opportunity: Any) -> Any:
    return None


class Shops:
    def __init__(self, judge: Judge | None = None) -> None:
        self.judge = judge

    @hookimpl
    def channels(self) -> Iterator[Channel]:
        rule = ScoringRule(
            "size", "Size", points=fields("opportunity").customer.employees, lowest=0, highest=10
        )
        yield Channel("shop", "Shop", kind="ecommerce", suitability=(rule,), judge=self.judge)


def asked(platform: Platform, employees: int) -> dict[str, Any]:
    platform.run("customer.add", actor="admin", ref="C", name="C", employees=employees)
    platform.run("opportunity.add", actor="admin", ref="O", customer="C")
    found = platform.run("channel.suggest", actor="guest", ref="O").value
    assert {each["channel"] for each in found} == {"direct", "shop"}
    assert next(each for each in found if each["channel"] == "direct")["complete"]
    return next(each for each in found if each["channel"] == "shop")


def test_a_channel_that_works_is_complete(make_platform: MakePlatform) -> None:
    shop = asked(make_platform(plugins=[("shops", Shops())]), 7)
    assert (shop["points"], shop["complete"], shop["missing"]) == (7, True, [])


@pytest.mark.parametrize("judge", [raising, raising_later, endless, wrong, careless])
def test_a_judge_that_breaks_is_told_with_its_plugin(make_platform: MakePlatform, judge: Judge) -> None:
    shop = asked(make_platform(plugins=[("shops", Shops(judge))]), 7)
    assert (shop["points"], shop["complete"]) == (7, False)
    (missing,) = shop["missing"]
    assert "plugin shops" in missing
    assert "judge of channel shop" in missing


def test_points_out_of_bounds_are_told(make_platform: MakePlatform) -> None:
    shop = asked(make_platform(plugins=[("shops", Shops())]), 100)
    assert (shop["points"], shop["complete"]) == (0, False)
    assert shop["missing"] == ["size of plugin shops gave 100, outside 0 to 10"]
