"""Scores and histories hold what docs/segmentation.md says, for any purchases, on both databases."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dealwright_segmentation
from dealwright import ChangingSession, Command, Customer, Money, Opportunity, Platform, hookimpl
from dealwright_core.store.engine import writing
from dealwright_segmentation.explaining import entries
from dealwright_segmentation.history import on_day
from dealwright_segmentation.purchases import classified
from dealwright_segmentation.records import ASPECTS, COMPUTED, Aspect
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.settings import Amounts, Numbers, Settings
from dealwright_testing.deployments import MakePlatform

DAY = date(2023, 6, 30)
NAMES = ("ANT", "BEE", "CAT", "DOG", "EEL", "FOX", "GNU")
QUANTILES = (3, 4, 2)
Purchase = tuple[str, int, int | None]  # who, how many days before or after the day, minor units
Purchases = list[Purchase]
PURCHASES: "st.SearchStrategy[Purchases]" = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(-500, 20),
        st.one_of(st.none(), st.sampled_from((0, 5, 700, 2**50))),
    ),
    max_size=9,
)
CONFIG = """\
[plugins.segmentation]
frequent = 2
recency = {quantiles = 3}
frequency = {quantiles = 4}
money = {quantiles = 2}
"""
QUICK = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Selling:
    """Stores what customers bought, in place of what they bought before."""

    def __init__(self) -> None:
        self.wanted: Sequence[Purchase] = ()

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def store(session: ChangingSession) -> None:
            """Store it."""
            known = {each.name: each.id for each in session.find(Customer)}
            for name, days, minor in self.wanted:
                if name not in known:
                    known[name] = session.add(Customer(name=name)).id
                on = DAY + timedelta(days)
                worth = None if minor is None else Money(minor, "USD")
                session.add(
                    Opportunity(customer=known[name], stage="won", opened_on=on, closed_on=on, amount=worth)
                )

        yield Command("selling.store", store)


SELLING = Selling()
PLUGINS = [("segmentation", dealwright_segmentation), ("selling", SELLING)]


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    return make_platform(config=CONFIG, plugins=PLUGINS)


@pytest.fixture
def both(postgres_url: str, make_platform: MakePlatform) -> tuple[Platform, Platform]:
    return make_platform(config=CONFIG, plugins=PLUGINS), make_platform(postgres_url, CONFIG, plugins=PLUGINS)


def afresh(platform: Platform) -> None:
    """Nobody bought anything."""
    kinds = ("segmentation", "segmentation_past", "opportunity")
    with platform.session("admin") as session:
        tables = [session.table(kind) for kind in kinds]
    with writing(platform.engine) as connection:
        for table in tables:
            connection.execute(sa.delete(table))


def store(platform: Platform, purchases: Sequence[Purchase]) -> None:
    SELLING.wanted = purchases
    platform.run("selling.store", actor="admin")


def classify(platform: Platform, day: date = DAY) -> tuple[Any, ...]:
    rows: tuple[Any, ...] = platform.run("segmentation.classify", actor="admin", as_of=day).value.rows
    return rows


def scored(platform: Platform) -> dict[str, Any]:
    """The figures, scores and classes of the day, by customer."""
    with platform.session("admin") as session:
        scale = Scale.of(
            Settings(
                recency=Numbers(quantiles=3),
                frequency=Numbers(quantiles=4),
                money=Amounts(quantiles=2),
                frequent=2,
            ),
            platform.deployment,
        )
        names = {each.id: each.name for each in session.find(Customer)}
        found = classified(session, scale, DAY)
        return {names[row.customer]: row for row in session.select(sa.select(found))}


def bought(purchases: Purchases) -> dict[str, tuple[int, int, int]]:
    """Who bought in the window: the last day, how often, and how much."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name, days, minor in purchases:
        if -365 < days <= 0:
            found.setdefault(name, []).append((days, minor or 0))
    return {
        name: (max(days for days, __ in own), len(own), sum(minor for __, minor in own))
        for name, own in found.items()
    }


def test_quantiles_are_the_stated_formula(platform: Platform) -> None:
    @QUICK
    @given(PURCHASES)
    def holds(purchases: Purchases) -> None:
        afresh(platform)
        store(platform, purchases)
        known, found = bought(purchases), scored(platform)
        assert {name for name, row in found.items() if row.value != "dormant"} == set(known)
        for name, figures in known.items():
            row, n = found[name], len(known)
            for at, (score, levels) in enumerate(
                zip((row.recency_score, row.frequency_score, row.money_score), QUANTILES, strict=True)
            ):
                smaller = sum(other[at] < figures[at] for other in known.values())
                assert score == 1 + smaller * levels // n

    holds()


def test_more_never_scores_less_and_equal_values_score_equally(platform: Platform) -> None:
    @QUICK
    @given(PURCHASES)
    def holds(purchases: Purchases) -> None:
        afresh(platform)
        store(platform, purchases)
        rows = [row for row in scored(platform).values() if row.purchases]
        for figure, dimension, levels in zip(
            ("last", "purchases", "money"), ("recency", "frequency", "money"), QUANTILES, strict=True
        ):
            pairs = sorted((getattr(row, figure), getattr(row, f"{dimension}_score")) for row in rows)
            for (low, worse), (high, better) in itertools.pairwise(pairs):
                assert worse == better if low == high else worse <= better
            if len({value for value, __ in pairs}) == len(pairs):
                sizes = Counter(score for __, score in pairs)
                assert (
                    max(sizes[each] for each in range(1, levels + 1))
                    - min(sizes[each] for each in range(1, levels + 1))
                    <= 1
                )

    holds()


def test_the_order_of_rows_and_the_database_change_nothing(both: tuple[Platform, Platform]) -> None:
    @QUICK
    @given(PURCHASES, st.randoms(use_true_random=False))
    def holds(purchases: Purchases, random: Random) -> None:
        shuffled = random.sample(purchases, len(purchases))
        told = []
        for platform, stored in zip(both, (purchases, shuffled), strict=True):
            afresh(platform)
            store(platform, stored)
            told.append((classify(platform), histories(platform)))
        assert told[0] == told[1]

    holds()


def histories(platform: Platform) -> dict[str, list[tuple[Any, ...]]]:
    """Every entry of every customer, by name."""
    with platform.session("admin") as session:
        return {
            customer.name: sorted(
                (each.aspect, each.since, each.until, each.segment, each.basis)
                for each in entries(session, customer.id)
            )
            for customer in session.find(Customer)
        }


STEPS = st.lists(st.tuples(st.integers(0, 200), PURCHASES), min_size=1, max_size=3)


def test_histories_have_neither_gaps_nor_overlaps_and_tell_what_was_given(platform: Platform) -> None:
    @settings(QUICK, max_examples=6)
    @given(STEPS)
    def holds(steps: list[tuple[int, Purchases]]) -> None:
        afresh(platform)
        day, given_on = DAY, {}
        for days, purchases in steps:
            day += timedelta(days)
            store(platform, purchases)
            classify(platform, day)
            assert classify(platform, day) == ()
            given_on[day] = standing(platform, day)
        for own in histories(platform).values():
            for aspect in COMPUTED:
                chain = [each for each in own if each[0] == aspect]
                assert all(one[2] == next_one[1] for one, next_one in itertools.pairwise(chain))
                assert all(until is None or since < until for __, since, until, *__ in chain)
                assert not chain or chain[-1][2] is None
        for on, classes in given_on.items():
            assert standing(platform, on) == classes

    holds()


def standing(platform: Platform, day: date) -> dict[tuple[Aspect, int], str]:
    """The classes of a day as reports read them."""
    with platform.session("admin") as session:
        return {
            (aspect, row.customer): row.segment
            for aspect in ASPECTS
            for row in session.select(sa.select(on_day(session, aspect, day, "held")))
        }


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_a_window_begins_on_the_same_day_of_the_month_or_on_its_last(day: date, months: int) -> None:
    scale = Scale(months, (), None, (), 2, ())
    start = scale.start(day)
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == months
    assert start.day == day.day or (start.day < day.day and (start + timedelta(1)).day == 1)
