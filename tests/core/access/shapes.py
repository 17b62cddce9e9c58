"""Selects of every shape, each over the tables of customers and opportunities."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from dealwright import Session
from tests.core.access.world import MARK

Probe = Callable[[Session], Any]


def _asked(shape: Callable[[Any, Any], Any], session: Session) -> Any:
    return session.select(shape(session.table("customer"), session.table("opportunity")))


def selects() -> Iterator[tuple[str, Probe]]:  # noqa: C901  # a list of shapes
    """Selects of every shape over the tables."""

    def sums(c: Any, o: Any) -> Any:
        return sa.select(sa.func.count(), sa.func.sum(o.c.amount_base), sa.func.max(o.c.name))

    def join(c: Any, o: Any) -> Any:
        return sa.select(c.c.name, o.c.amount_base).join_from(c, o, o.c.customer == c.c.id).order_by(o.c.id)

    def groups(c: Any, o: Any) -> Any:
        return sa.select(o.c.source, sa.func.sum(o.c.amount_base)).group_by(o.c.source).order_by(o.c.source)

    def everything_beside(c: Any, o: Any) -> Any:
        beside = sa.select(c.c.name, o.c.name).join_from(c, o, c.c.id + o.c.id < 5)
        return beside.order_by(c.c.id, o.c.id)

    def alias(c: Any, o: Any) -> Any:
        other = o.alias("customer")
        return sa.select(sa.func.sum(other.c.amount_base), sa.func.count(sa.distinct(other.c.source)))

    def subquery(c: Any, o: Any) -> Any:
        deals = sa.select(o.c.customer, sa.func.sum(o.c.amount_base).label("amount")).group_by(o.c.customer)
        return sa.select(sa.func.sum(deals.subquery("deals").c.amount))

    def scalar(c: Any, o: Any) -> Any:
        total = sa.select(sa.func.sum(o.c.amount_base)).scalar_subquery()
        return sa.select(sa.func.max(c.c.name), total)

    def lateral(c: Any, o: Any) -> Any:
        newest = sa.select(sa.func.max(o.c.name)).where(o.c.customer == c.c.id).scalar_subquery()
        return sa.select(c.c.id, newest).order_by(c.c.id.desc()).limit(2)

    def exists(c: Any, o: Any) -> Any:
        return sa.select(sa.func.count(c.c.id)).where(sa.exists().where(o.c.source == f"{MARK} source"))

    def among(c: Any, o: Any) -> Any:
        return sa.select(c.c.name).where(c.c.id.in_(sa.select(o.c.customer).where(o.c.source.like("Z%"))))

    def cte(c: Any, o: Any) -> Any:
        mine = sa.select(o.c.source, o.c.amount_base).cte("mine")
        return sa.select(mine.c.source, sa.func.sum(mine.c.amount_base)).group_by(mine.c.source)

    def cte_in_cte(c: Any, o: Any) -> Any:
        first = sa.select(o.c.source.label("said"), o.c.amount_base).cte("first")
        second = sa.select(first.c.said, sa.func.count().label("n")).group_by(first.c.said).cte("second")
        return sa.select(second.c.said, second.c.n).order_by(second.c.said)

    def cte_before(c: Any, o: Any) -> Any:
        early = sa.select(sa.func.max(o.c.name).label("most")).cte("aaa")
        return sa.select(early.c.most).add_cte(early)

    def cte_before_unused(c: Any, o: Any) -> Any:
        early = sa.select(o.c.id.label("id"), o.c.name.label("said")).cte("aaa")
        return (
            sa.select(sa.func.max(early.c.said), sa.func.max(c.c.name))
            .join_from(c, early, early.c.id == c.c.id, full=False)
            .add_cte(early)
        )

    def cte_nested(c: Any, o: Any) -> Any:
        inner = sa.select(sa.func.max(o.c.name).label("most")).cte("inside", nesting=True)
        return sa.select(sa.select(inner.c.most).subquery("outside").c.most)

    def cte_nested_here(c: Any, o: Any) -> Any:
        early = sa.select(sa.func.max(o.c.name).label("most")).cte("aaa")
        return sa.select(sa.select(early.c.most).add_cte(early, nest_here=True).subquery("outside").c.most)

    def recursive(c: Any, o: Any) -> Any:
        tree = sa.select(c.c.id, c.c.name).where(c.c.parent.is_(None)).cte("tree", recursive=True)
        tree = tree.union_all(sa.select(c.c.id, c.c.name).join(tree, c.c.parent == tree.c.id))
        return sa.select(sa.func.count(), sa.func.max(tree.c.name)).select_from(tree)

    def union(c: Any, o: Any) -> Any:
        both = sa.union_all(sa.select(c.c.name), sa.select(o.c.name))
        return both.order_by("name")

    def union_of_ctes(c: Any, o: Any) -> Any:
        mine = sa.select(o.c.name).cte("mine")
        return sa.union(sa.select(sa.func.max(mine.c.name)), sa.select(sa.func.max(c.c.name))).add_cte(mine)

    def difference(c: Any, o: Any) -> Any:
        return sa.except_(sa.select(o.c.source), sa.select(o.c.source).where(o.c.source.like("Ada%")))

    def ranks(c: Any, o: Any) -> Any:
        rank = sa.func.rank().over(order_by=o.c.amount_base.desc())
        share = sa.func.sum(o.c.amount_base).over(partition_by=o.c.stage)
        return sa.select(o.c.name, rank, share, sa.func.lead(o.c.name).over(order_by=o.c.id)).order_by(o.c.id)

    def having(c: Any, o: Any) -> Any:
        return sa.select(o.c.stage).group_by(o.c.stage).having(sa.func.sum(o.c.amount_base) > 1_275_000_00)

    def sorted_by_another(c: Any, o: Any) -> Any:
        most = sa.select(sa.func.count(o.c.id)).scalar_subquery()
        return sa.select(c.c.name).order_by(most, c.c.name.desc()).limit(1)

    def broken_by_text(c: Any, o: Any) -> Any:
        number = sa.case((c.c.name.like(f"{MARK}%"), sa.cast(c.c.name, sa.Integer)), else_=1)
        return sa.select(sa.func.count(c.c.id)).where(number == 1)

    def broken_by_size(c: Any, o: Any) -> Any:
        number = sa.case((o.c.name.like(f"{MARK}%"), o.c.amount_base * 9_000_000_000_000_000), else_=1)
        return sa.select(sa.func.count(o.c.id)).where(number == 1)

    def broken_by_zero(c: Any, o: Any) -> Any:
        number = sa.case((o.c.name.like(f"{MARK}%"), o.c.id / (o.c.id - o.c.id)), else_=1)
        return sa.select(sa.func.count(o.c.id)).where(number == 1)

    def broken_in_join(c: Any, o: Any) -> Any:
        number = sa.case((o.c.name.like(f"{MARK}%"), o.c.amount_base * 9_000_000_000_000_000), else_=o.c.id)
        return sa.select(sa.func.count(o.c.id)).join_from(c, o, number == c.c.id)

    def broken_below(c: Any, o: Any) -> Any:
        number = sa.case((o.c.name.like(f"{MARK}%"), o.c.amount_base * 9_000_000_000_000_000), else_=o.c.id)
        numbers = sa.select(number.label("number")).subquery()
        return sa.select(sa.func.count()).select_from(numbers).where(numbers.c.number == 1)

    def broken_by_function(c: Any, o: Any) -> Any:
        length = sa.case((o.c.name.like(f"{MARK}%"), -1), else_=1)
        return sa.select(sa.func.count(o.c.id)).where(sa.func.substr(o.c.name, 1, length) == "A")

    def broken_by_text_of_another(c: Any, o: Any) -> Any:
        t = c.metadata.tables["contact"]
        return sa.select(sa.func.count(t.c.id)).where(
            sa.case((t.c.phone.like(f"{MARK}%"), sa.cast(t.c.phone, sa.Integer)), else_=1) == 1
        )

    def broken_by_size_of_another(c: Any, o: Any) -> Any:
        t = c.metadata.tables["contract_line"]
        number = sa.case((t.c.amount_base % 10000 == 1313, t.c.amount_base * 9_000_000_000_000_000), else_=1)
        return sa.select(sa.func.count(t.c.id)).where(number == 1)

    for shape in list(locals().values()):
        yield f"select {shape.__name__}", partial(_asked, shape)
