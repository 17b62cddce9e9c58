"""Whether what members are paid can be told apart: each by their own sales, or only all of them together."""

from collections.abc import Iterator

from dealwright_core.incentives.plans.plan import Pay, Plan, pay_named


def is_of_owners(plan: Plan) -> bool:
    """Whether each sale concerns its owner alone, so that a member's sales are all there is to read."""
    return not (_has_shares(plan) or any(pay.credit == "team" for pay in pays_of(plan)))


def is_apart(plan: Plan) -> bool:
    """Whether what members are paid can be computed for some of them alone."""
    pays = list(pays_of(plan))
    if _has_shares(plan) or any(pay.rank is not None or pay.pool is not None for pay in pays):
        return False
    refers = any(pay_named(figure) is not None for pay in pays for _path, figure in pay.figures())
    return not (refers and any(pay.credit == "team" for pay in pays))


def _has_shares(plan: Plan) -> bool:
    return bool(plan.credit.shares or plan.credit.overlay or plan.credit.by_list)


def pays_of(plan: Plan) -> Iterator[Pay]:
    """The pays of a plan, also as they are for members with terms of their own."""
    for each in (plan, *plan.own.values()):
        yield from each.pays
