"""What a session reads and writes, on both databases."""

import contextlib
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import (
    ChangingSession,
    Command,
    Conflict,
    Customer,
    InvalidValue,
    Member,
    Money,
    NotFound,
    Opportunity,
    Platform,
    Price,
    Product,
    Refused,
    Session,
    UsageError,
    fields,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform

DEAL = fields("opportunity")


class Scratch:
    """A plugin whose command does what a test wants done in one."""

    work = staticmethod(lambda session: None)

    @hookimpl
    def commands(self):  # type: ignore[no-untyped-def]
        def do(session: ChangingSession) -> object:
            """Do it."""
            return Scratch.work(session)

        yield Command("scratch.do", do)


def change(platform: Platform, work):  # type: ignore[no-untyped-def]
    Scratch.work = staticmethod(work)
    return platform.run("scratch.do", actor="admin").value


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, plugins=[("scratch", Scratch())])


def test_a_record_comes_back_as_it_was_added(platform: Platform) -> None:
    product = Product(ref="GX-1", name="Größe № 1 产品", list_price=Price.parse("0.00000001", "USD"))
    added = change(platform, lambda session: session.add(product))
    with platform.session("admin") as session:
        found = session.get(Product, "GX-1")
        assert found == added
        assert (found.version, found.list_price) == (1, Price.parse("0.00000001", "USD"))
        assert session.get("product", found.id) == found


def test_numbered_refs_pass_over_refs_that_a_source_gave(platform: Platform) -> None:
    change(platform, lambda session: session.add(Customer(ref="C-2", name="given")))
    names = [change(platform, lambda session, n=n: session.add(Customer(name=f"no. {n}"))).ref for n in "12"]
    assert "C-2" not in names
    assert len(set(names)) == 2


def test_a_ref_is_unique_and_the_refusal_says_so(platform: Platform) -> None:
    change(platform, lambda session: session.add(Customer(ref="ACME", name="one")))
    with pytest.raises(Refused, match="another one has the same ref"):
        change(platform, lambda session: session.add(Customer(ref="ACME", name="two")))


def test_a_stale_copy_is_a_conflict_and_writes_nothing(platform: Platform) -> None:
    stale = change(platform, lambda session: session.add(Customer(name="Acme")))
    change(platform, lambda session: session.change(session.get(Customer, stale.ref), industry="medical"))
    with pytest.raises(Conflict, match="was changed since you read it"):
        change(platform, lambda session: session.change(stale, industry="retail"))
    with platform.session("admin") as session:
        assert session.get(Customer, stale.ref).industry == "medical"


def test_find_by_value_expression_order_and_limit(platform: Platform) -> None:
    def work(session: ChangingSession) -> None:
        anna, ben = session.add(Member(name="Anna")), session.add(Member(name="Ben"))
        acme = session.add(Customer(name="Acme", industry="medical", owner=anna.id))
        for amount, owner, customer in [(300, anna, acme), (100, ben, None), (200, ben, acme)]:
            session.add(
                Opportunity(
                    stage="prospecting", amount=Money.parse(f"{amount} USD"), owner=owner.id,
                    customer=None if customer is None else customer.id,
                )
            )  # fmt: skip

    change(platform, work)
    with platform.session("admin") as session:
        ben = session.find(Member, name="Ben")[0]
        assert [deal.amount for deal in session.find(Opportunity, owner=ben, order="-amount")] == [
            Money.parse("200 USD"),
            Money.parse("100 USD"),
        ]
        assert len(session.find(Opportunity, DEAL.customer.owner.name == "Anna")) == 2
        assert session.count(Opportunity, DEAL.amount >= "200") == 2
        assert [deal.amount for deal in session.find(Opportunity, order="amount", limit=1)] == [
            Money.parse("100 USD")
        ]
        assert len(session.find(Opportunity, customer=None)) == 1
        assert len(session.find(Opportunity, owner=[ben, 99])) == 2


def test_a_command_sees_what_it_added_and_changed(platform: Platform) -> None:
    def work(session: ChangingSession) -> tuple[int, str]:
        one = session.add(Customer(name="one"))
        session.change(one, name="uno")
        found = session.find(Customer, name="uno")
        return len(found), session.get(Customer, one.id).name

    assert change(platform, work) == (1, "uno")


def test_wrong_values_are_named_together(platform: Platform) -> None:
    with pytest.raises(
        InvalidValue, match=r"kind: 'compny' is not one of .*did you mean 'company'.*employees"
    ):
        change(platform, lambda session: session.add(Customer(name="x", kind="compny", employees="many")))  # type: ignore[arg-type]


def test_an_unknown_field_or_kind_names_the_nearest(platform: Platform) -> None:
    with platform.session("admin") as session:
        with pytest.raises(UsageError, match="did you mean 'customer'"):
            session.get("custmer", "x")
        with pytest.raises(UsageError, match="did you mean 'industry'"):
            session.find(Customer, industri="x")
        with pytest.raises(NotFound):
            session.get(Customer, "nobody")


def test_select_reads_records_and_nothing_else(platform: Platform) -> None:
    change(platform, lambda session: session.add(Customer(name="Acme")))
    with platform.session("admin") as session:
        table = session.table(Customer)
        assert session.select(sa.select(table.c.name)) == [("Acme",)]
        with pytest.raises(UsageError):
            session.select(sa.insert(table))  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            session.select(sa.select(sa.text("1")))
        with pytest.raises(UsageError):
            session.select(sa.select(sa.table("dw_event", sa.column("seq"))))
        hostiles: list[Any] = [
            sa.literal_column("1; COMMIT; UPDATE customer SET name = 'hacked'"),
            sa.column("seq", is_literal=True),
            sa.func.pg_sleep(5),
            table.c.name.op("; DROP TABLE customer; --")("x"),
        ]
        for hostile in hostiles:
            with pytest.raises(UsageError, match="selects records only"):
                session.select(sa.select(hostile).select_from(table))
        with pytest.raises(UsageError, match="prefixes"):
            session.select(sa.select(table.c.name).prefix_with("/* */"))
        added = sa.insert(table).values(name="x").returning(table.c.id).cte()
        with pytest.raises(UsageError):
            session.select(sa.select(added.c.id))


def test_amounts_are_kept_in_the_base_currency_too(platform: Platform) -> None:
    def rate(session: ChangingSession) -> None:
        from dealwright import ExchangeRate

        session.add(ExchangeRate(base="EUR", quote="USD", on=date(2026, 1, 1), numerator=11, denominator=10))
        session.add(ExchangeRate(base="EUR", quote="USD", on=date(2026, 2, 1), numerator=12, denominator=10))

    change(platform, rate)

    def deal(session: ChangingSession) -> Opportunity:
        return session.add(
            Opportunity(
                stage="prospecting", amount=Money.parse("100.05 EUR"), expected_close=date(2026, 1, 31)
            )
        )

    added = change(platform, deal)
    with platform.session("admin") as session:
        table = session.table(Opportunity)
        row = session.select(sa.select(table.c.amount_minor, table.c.amount_currency, table.c.amount_base))[0]
        assert row == (10005, "EUR", 11006)
        assert session.find(Opportunity, DEAL.amount == "110.06") == [added]
    with pytest.raises(Refused, match="no rate from JPY"):
        change(
            platform,
            lambda session: session.add(Opportunity(stage="prospecting", amount=Money.parse("5 JPY"))),
        )


def test_a_read_session_sees_one_state(platform: Platform) -> None:
    change(platform, lambda session: session.add(Customer(name="first")))
    with platform.session("admin") as session:
        assert session.count(Customer) == 1
        change(platform, lambda changing: changing.add(Customer(name="second")))
        assert session.count(Customer) == 1


def test_a_session_offers_no_way_to_the_connection(platform: Platform) -> None:
    with platform.session("admin") as session:
        assert isinstance(session, Session)
        assert [name for name in dir(session) if not name.startswith("_") and "connection" in name] == []
        assert not hasattr(session, "add")


def test_lines_are_converted_at_the_day_of_their_deal(platform: Platform) -> None:
    from dealwright import ExchangeRate, OpportunityLine

    def work(session: ChangingSession) -> Opportunity:
        for month, numerator in ((1, 11), (2, 12)):
            session.add(
                ExchangeRate(
                    base="EUR", quote="USD", on=date(2026, month, 1), numerator=numerator, denominator=10
                )
            )
        product = session.add(Product(name="thing"))
        deal = session.add(Opportunity(stage="prospecting", expected_close=date(2026, 1, 31)))
        session.add(OpportunityLine(opportunity=deal.id, product=product.id, amount=Money.parse("100 EUR")))
        return deal

    deal = change(platform, work)

    def base() -> int:
        with platform.session("admin") as session:
            return int(session.select(sa.select(session.table(OpportunityLine).c.amount_base))[0][0])

    assert base() == 11000
    platform.run("opportunity.change", actor="admin", ref=deal.ref, expected_close="2026-02-01")
    assert base() == 12000


def test_a_deal_is_converted_anew_when_its_day_changes_though_its_amount_stays(platform: Platform) -> None:
    from dealwright import ExchangeRate

    def work(session: ChangingSession) -> Opportunity:
        for month, numerator in ((1, 11), (2, 12)):
            rate_of = date(2026, month, 1)
            session.add(
                ExchangeRate(base="EUR", quote="USD", on=rate_of, numerator=numerator, denominator=10)
            )
        amount = Money.parse("100 EUR")
        return session.add(Opportunity(stage="prospecting", amount=amount, expected_close=date(2026, 1, 31)))

    deal = change(platform, work)
    platform.run("opportunity.change", actor="admin", ref=deal.ref, expected_close="2026-02-01")
    with platform.session("admin") as session:
        table = session.table(Opportunity)
        assert session.select(sa.select(table.c.amount_minor, table.c.amount_base)) == [(10000, 12000)]


def test_a_record_that_was_changed_in_the_command_is_not_changed_from_an_older_copy(
    platform: Platform,
) -> None:
    def twice(session: ChangingSession) -> None:
        customer = session.add(Customer(name="Acme"))
        session.change(customer, employees=7)
        session.change(customer, industry="medical")

    with pytest.raises(Conflict):
        change(platform, twice)

    def in_a_row(session: ChangingSession) -> Customer:
        customer = session.change(session.add(Customer(name="Acme")), employees=7)
        return session.change(customer, industry="medical")

    added = change(platform, in_a_row)
    assert (added.employees, added.industry, added.version) == (7, "medical", 1)


def test_a_record_altered_by_hand_is_not_taken_as_what_is_stored(platform: Platform) -> None:
    import attrs

    customer = change(platform, lambda session: session.add(Customer(ref="ACME", name="Acme")))
    altered = attrs.evolve(customer, industry="smuggled", ref="OTHER")
    with pytest.raises(UsageError, match="name what you change"):
        change(platform, lambda session: session.change(altered, employees=1))
    with platform.session("admin") as session:
        assert session.get(Customer, "ACME") == customer


def test_a_command_that_hides_its_failure_has_failed(platform: Platform) -> None:
    change(platform, lambda session: session.add(Customer(ref="ACME", name="Acme")))

    def hiding(session: ChangingSession) -> str:
        session.add(Customer(ref="FIRST", name="first"))
        session.add(Customer(ref="ACME", name="again"))
        with contextlib.suppress(Refused):
            session.find(Customer)
        return "all is well"

    with pytest.raises(Refused, match="same ref"):
        change(platform, hiding)
    with platform.session("admin") as session:
        assert session.count(Customer) == 1


def test_a_newer_inverse_rate_beats_an_older_direct_one(platform: Platform) -> None:
    from dealwright import ExchangeRate

    def rates(session: ChangingSession) -> None:
        session.add(ExchangeRate(base="EUR", quote="USD", on=date(2010, 1, 1), numerator=1))
        session.add(ExchangeRate(base="USD", quote="EUR", on=date(2026, 1, 1), numerator=1, denominator=2))

    change(platform, rates)
    with platform.session("admin") as session:
        assert session.base_minor(Money.parse("10 EUR"), date(2026, 1, 1)) == 2000
        assert session.base_minor(Money.parse("10 EUR"), date(2025, 12, 31)) == 1000


def test_values_of_a_wrong_type_find_a_clear_error(platform: Platform) -> None:
    with platform.session("admin") as session:
        for wrong in ({"ref": 5}, {"id": "x"}, {"owner": ["x"]}, {"employees": "many"}):
            with pytest.raises(InvalidValue):
                session.find(Customer, **wrong)
        for nothing in (2**70, "a\x00b", "\udc00"):
            with pytest.raises(NotFound):
                session.get(Customer, nothing)
        with pytest.raises(UsageError, match="limit"):
            session.find(Customer, limit=-1)
