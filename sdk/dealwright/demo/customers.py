"""The customers of the made-up seller, and the people there."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from dealwright.demo.dice import Dice, loaded
from dealwright.demo.names import Tongue, tongues
from dealwright.demo.people import Organisation, Seat
from dealwright_core.values import Money

CUSTOMERS = 600
GROUPS = 14


@frozen
class Area:
    """A part of a team's market: the region and the language of customers."""

    name: str
    language: str

    @property
    def tongue(self) -> Tongue:
        """How names are made there."""
        return tongues()[self.language]


# Where the customers of a team are; an area that has more of them stands more than once.
AREAS = {
    "AM-NE": (Area("Northeast", "english"),),
    "AM-MW": (Area("Midwest", "english"),),
    "AM-SO": (Area("South", "english"),),
    "AM-WE": (Area("West", "english"),),
    "EU-NO": (*[Area("Germany", "german")] * 2, Area("Benelux", "dutch"), Area("Nordics", "swedish")),
    "EU-SO": (Area("France", "french"), Area("Italy", "italian"), Area("Iberia", "spanish")),
    "CN-EA": (Area("East China", "chinese"),),
    "CN-SO": (Area("South China", "chinese"),),
}
CURRENCIES = {"AM": "USD", "EU": "EUR", "CN": "CNY"}
# What one US dollar of a customer's revenue is in the customer's own market, in hundredths.
REVENUE_LEVEL = {"USD": 100, "EUR": 92, "CNY": 410}


@frozen
class Industry:
    """What customers of an industry are like. Revenue is in thousands of US dollars per employee."""

    name: str
    share: int
    fewest: int
    most: int
    revenue: int
    size: int
    appetite: int
    contacts: int
    families: tuple[str, ...]


def _families(weights: str) -> tuple[str, ...]:
    names = ("Diagnostics", "Consumables", "Imaging", "Surgical instruments", "Monitoring", "Disinfection")
    return loaded(dict(zip(names, map(int, weights.split()), strict=True)))


INDUSTRIES = (
    Industry("hospital", 34, 180, 3200, 110, 4, 10, 3, _families("22 26 14 16 14 8")),
    Industry("clinic", 26, 6, 60, 95, 1, 4, 2, _families("24 28 10 8 20 10")),
    Industry("pharmacy", 12, 4, 40, 190, 2, 4, 1, _families("34 40 0 0 6 20")),
    Industry("laboratory", 11, 15, 220, 120, 3, 7, 2, _families("62 22 2 0 0 14")),
    Industry("distributor", 10, 12, 150, 320, 5, 9, 2, _families("18 38 8 14 10 12")),
    Industry("public buyer", 7, 80, 1500, 0, 5, 5, 3, _families("26 34 6 4 10 20")),
)
GROUP = Industry("hospital group", 0, 2500, 14000, 110, 5, 4, 3, _families("20 24 20 14 14 8"))
MEMBERS_OF_GROUPS = ("hospital", "clinic", "laboratory")
ROLES = loaded(
    {"purchaser": 28, "decision maker": 22, "user": 18, "influencer": 16, "champion": 9, "gatekeeper": 7}
)


@frozen
class Customer:
    """A customer, whose seat and currency follow from where it is."""

    ref: str
    name: str
    industry: Industry
    area: Area
    seat: Seat
    currency: str
    tax_id: str
    founded: int | None
    employees: int | None
    revenue: Money | None
    parent: str

    @property
    def kind(self) -> str:
        """Public, or a company."""
        return "public" if self.industry.name == "public buyer" else "company"


def customers(seed: int, org: Organisation) -> tuple[Customer, ...]:
    """All customers, first the hospital groups that some of them belong to."""
    dice = Dice(seed, "customers")
    industries = loaded({each: each.share for each in INDUSTRIES})
    taken: set[str] = set()
    groups = [_customer(dice, org, number, GROUP, (), taken) for number in range(1, GROUPS + 1)]
    others = [
        _customer(dice, org, number, dice.pick(industries), groups, taken)
        for number in range(GROUPS + 1, CUSTOMERS + 1)
    ]
    return (*groups, *others)


def _customer(
    dice: Dice,
    org: Organisation,
    number: int,
    industry: Industry,
    groups: Sequence[Customer],
    taken: set[str],
) -> Customer:
    """A customer, perhaps of one of the ``groups`` in its area, with a name that is not ``taken``."""
    seat = dice.pick(org.seats)
    area = dice.pick(AREAS[seat.team])
    currency = CURRENCIES[org.region_of(seat.team)]
    employees = dice.between(industry.fewest, dice.between(industry.fewest, industry.most))
    parents = [each.ref for each in groups if each.area == area]
    in_group = parents and industry.name in MEMBERS_OF_GROUPS and dice.chance(30)
    return Customer(
        ref=f"CUS-{number:04d}",
        name=_new_name(dice, area.tongue, industry.name, taken),
        industry=industry,
        area=area,
        seat=seat,
        currency=currency,
        tax_id=_tax_id(dice, currency, number),
        founded=dice.between(1894, 2021) if dice.chance(82) else None,
        employees=employees if dice.chance(94) else None,
        revenue=_revenue(dice, industry, employees, currency),
        parent=dice.pick(parents) if in_group else "",
    )


def _new_name(dice: Dice, tongue: Tongue, industry: str, taken: set[str]) -> str:
    while (name := tongue.customer(dice, industry)) in taken:
        pass
    taken.add(name)
    return name


def _tax_id(dice: Dice, currency: str, number: int) -> str:
    """An id that no authority gives out: of no state, no country, no district."""
    if dice.chance(9):
        return ""
    digits = f"{number:04d}{dice.below(1000):03d}"
    return {"USD": f"00-{digits}", "EUR": f"XX{digits}00", "CNY": f"91000000{digits}000"}[currency]


def _revenue(dice: Dice, industry: Industry, employees: int, currency: str) -> Money | None:
    thousands = employees * industry.revenue * REVENUE_LEVEL[currency] * dice.between(70, 130) // 10_000
    return Money.from_major(thousands * 1000, currency) if thousands and dice.chance(88) else None


CUSTOMER_COLUMNS = (
    "customer_id", "customer_name", "type", "tax_id", "industry", "region", "founded", "employees",
    "annual_revenue", "currency", "owner_id", "parent_id",
)  # fmt: skip
CONTACT_COLUMNS = ("contact_id", "customer_id", "full_name", "role", "job_title", "email", "phone")


def customer_rows(all_customers: tuple[Customer, ...], today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `CUSTOMER_COLUMNS`."""
    for each in all_customers:
        yield (
            each.ref,
            each.name,
            each.kind,
            each.tax_id,
            each.industry.name,
            each.area.name,
            str(each.founded or ""),
            str(each.employees or ""),
            f"{each.revenue.major:f}" if each.revenue else "",
            each.currency,
            each.seat.holder(today),
            each.parent,
        )


def contact_rows(seed: int, all_customers: tuple[Customer, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of `CONTACT_COLUMNS`: one to three people at a customer."""
    dice = Dice(seed, "contacts")
    number = 0
    for customer in all_customers:
        for _ in range(dice.between(1, customer.industry.contacts)):
            number += 1
            tongue = customer.area.tongue
            name, local = tongue.person(dice)
            role = dice.pick(ROLES)
            email = f"{local}@{customer.ref.lower()}.example" if dice.chance(90) else ""
            phone = _phone(dice, customer.currency) if dice.chance(70) else ""
            yield f"CON-{number:05d}", customer.ref, name, role, dice.pick(tongue.jobs[role]), email, phone


def _phone(dice: Dice, currency: str) -> str:
    """A number from the ranges kept for fiction, in China one that cannot be dialled."""
    if currency == "USD":
        return f"+1 {dice.between(201, 989)} 555 01{dice.below(100):02d}"
    if currency == "EUR":
        return f"+49 30 23125 {dice.below(1000):03d}"
    return f"+86 21 0000 {dice.below(10_000):04d}"
