"""Which deals suit own people: by size, by segment, by product (渠道选择)."""

from collections.abc import Callable, Iterable, Iterator

from dealwright import (
    Opportunity,
    OpportunityLine,
    Product,
    ScoringRule,
    Session,
    Suitability,
    all_of,
    case,
    fields,
)
from dealwright_direct.settings import Settings
from dealwright_direct.wording import _

LARGE, SMALL, SEGMENT, SIZE, PRODUCT = 30, -20, 20, 10, 25


def rules(settings: Settings) -> Iterator[ScoringRule]:
    """The rules over the deal and its customer."""
    deal = fields("opportunity")
    if settings.large_deal is not None:
        points = case(deal.amount >= settings.large_deal, LARGE, otherwise=0)
        yield ScoringRule("direct-large-deal", "Large deals are worth an own visit", points=points)
    if settings.small_deal is not None:
        points = case(deal.amount < settings.small_deal, SMALL, otherwise=0)
        yield ScoringRule("direct-small-deal", "Small deals cost more than they bring", points=points)
    if settings.industries:
        points = case(deal.customer.industry.is_in(settings.industries), SEGMENT, otherwise=0)
        yield ScoringRule("direct-segment", "The customer is in a segment of ours", points=points)
    large = all_of(deal.customer.employees.is_known(), deal.customer.employees >= settings.large_customer)
    points = case(large, SIZE, otherwise=0)
    yield ScoringRule("direct-large-customer", "Large customers want a person", points=points)


def by_product(settings: Settings) -> Callable[[Session, Opportunity], Iterable[Suitability]]:
    """Points for a deal over products that need explaining."""

    def judge(session: Session, opportunity: Opportunity) -> Iterator[Suitability]:
        if not settings.families or not opportunity.id:
            return
        lines = session.find(OpportunityLine, opportunity=opportunity.id)
        families = {session.get(Product, line.product).family for line in lines}
        ours = [family for family in settings.families if family in families]
        if ours:
            yield Suitability(PRODUCT, _("sells {ours}, which need explaining", ours=", ".join(ours)))

    return judge
