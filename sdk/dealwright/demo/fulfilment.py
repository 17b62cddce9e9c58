"""What follows a won opportunity: the contract, its order, deliveries, invoice, payments, refunds."""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from dealwright.demo.days import iso, workday
from dealwright.demo.deals import Deal
from dealwright.demo.dice import Dice, loaded
from dealwright.demo.history import WON
from dealwright.demo.lines import line_cells
from dealwright_core.values import Money

# From this amount on a contract has to be approved, in whole units of its currency.
APPROVAL_FROM = {"USD": 50_000, "EUR": 45_000, "CNY": 350_000}
SUPPLY_FAMILIES = ("Diagnostics", "Consumables", "Disinfection")
SUPPLY_DAYS = 365
# Shares of the instalments, and how many contracts are paid in such; large ones are those to be approved.
INSTALMENTS = loaded({(1,): 72, (1, 1): 20, (3, 4, 3): 8})
LARGE_INSTALMENTS = loaded({(1,): 26, (3, 7): 38, (3, 5, 2): 36})


@frozen
class Fact:
    """A signed money fact of a contract; ``reverses`` is the fact that it takes back."""

    contract: str
    kind: str
    day: int
    amount: Money
    product: str = ""
    external: str = ""
    reverses: "Fact | None" = None
    entered: int | None = None


@frozen
class Contract:
    """The contract of a won opportunity, whose lines and amount it has."""

    ref: str
    deal: Deal
    owner: str
    amount: Money
    status: str
    approval: str
    signed: int | None
    facts: tuple[Fact, ...]

    @property
    def ends(self) -> int | None:
        """The last day of a supply contract."""
        if self.signed is None or self.deal.family not in SUPPLY_FAMILIES:
            return None
        return self.signed + SUPPLY_DAYS - 1


def contracts(seed: int, all_deals: Sequence[Deal], today: int) -> tuple[Contract, ...]:
    """The contracts of most won opportunities, in the order in which those were won."""
    dice = Dice(seed, "contracts")
    won = sorted((each for each in all_deals if each.stage == WON), key=lambda each: (each.closed, each.ref))
    kept = [each for each in won if dice.chance(94)]
    return tuple(_contract(dice, f"CTR-{number:05d}", deal, today) for number, deal in enumerate(kept, 1))


def _contract(dice: Dice, ref: str, deal: Deal, today: int) -> Contract:
    amount = deal.amount
    assert amount is not None, "what was won has an amount"
    assert deal.closed is not None, "what was won has a day"
    signed = workday(deal.closed + dice.between(0, 6))
    large = amount >= Money.from_major(APPROVAL_FROM[amount.currency], amount.currency)
    draft = Contract(
        ref=ref,
        deal=deal,
        owner=deal.seat.holder(deal.closed),
        amount=amount,
        status="draft",
        approval="requested" if large else "not requested",
        signed=None,
        facts=(),
    )
    if signed > today:
        return draft
    plan = list(_performance(dice, draft, signed, large))
    facts = tuple(_entered(dice, each, today) for each in plan if each.day <= today)
    approval = "approved" if large else "not requested"
    return evolve(draft, status=_status(plan, facts), approval=approval, signed=signed, facts=facts)


def _performance(dice: Dice, contract: Contract, signed: int, large: bool) -> Iterator[Fact]:
    """The order, deliveries line by line, one invoice, its payments, and what was paid back for goods.

    A few orders are taken back before anything was delivered.
    """
    ref, amount, day = contract.ref, contract.amount, signed
    order = Fact(ref, "order", day, amount, external=f"PO-{dice.between(10_000, 99_999)}")
    yield order
    if dice.chance(3):
        yield Fact(ref, "adjustment", workday(day + dice.between(5, 25)), -amount, reverses=order)
        return
    for line in contract.deal.lines:
        day = workday(day + dice.between(2, 16))
        yield Fact(ref, "delivery", day, line.amount, line.product.ref)
    day = workday(day + dice.between(0, 4))
    invoice = f"INV-{ref.removeprefix('CTR-')}"
    yield Fact(ref, "invoice", day, amount, external=invoice)
    shares = dice.pick(LARGE_INSTALMENTS if large else INSTALMENTS)
    payment = None
    for number, part in enumerate(amount.allocate(shares), 1):
        day = workday(day + dice.between(9, 38))
        payment = Fact(ref, "payment", day, part, external=f"{invoice}-{number}")
        yield payment
    if payment is not None and dice.chance(5):
        back = -payment.amount.allocate((share := dice.between(10, 100), 100 - share))[0]
        yield Fact(ref, "refund", workday(day + dice.between(4, 30)), back, reverses=payment)


def _entered(dice: Dice, fact: Fact, today: int) -> Fact:
    """Some facts reach the books a few days after the day they count for."""
    if not dice.chance(12):
        return fact
    entered = workday(fact.day + dice.between(1, 5))
    return evolve(fact, entered=entered) if entered <= today else fact


def _status(plan: Sequence[Fact], facts: Sequence[Fact]) -> str:
    """How far the ``facts`` have come on the ``plan``; money may go back after a contract is completed."""
    if all(each.kind == "refund" for each in plan[len(facts) :]):
        return "terminated" if facts[-1].kind == "adjustment" else "completed"
    return "in force" if len(facts) > 1 else "signed"


CONTRACT_COLUMNS = (
    "contract_id", "customer_id", "opportunity_id", "owner_id", "amount", "currency", "status", "approval",
    "signed_on", "starts_on", "ends_on",
)  # fmt: skip
LINE_COLUMNS = ("contract_line_id", "contract_id", "sku", "quantity", "unit_price", "amount", "currency")
FACT_COLUMNS = (
    "transaction_id", "contract_id", "transaction_type", "transaction_date", "entered_on", "amount",
    "currency", "sku", "document_no", "reverses_id",
)  # fmt: skip


def contract_rows(all_contracts: Sequence[Contract]) -> Iterator[tuple[str, ...]]:
    """Rows of `CONTRACT_COLUMNS`."""
    for each in all_contracts:
        assert each.deal.customer is not None, "what was won has a customer"
        signed = iso(each.signed) if each.signed else ""
        yield (
            each.ref,
            each.deal.customer.ref,
            each.deal.ref,
            each.owner,
            f"{each.amount.major:f}",
            each.amount.currency,
            each.status,
            each.approval,
            signed,
            signed,
            iso(each.ends) if each.ends else "",
        )


def contract_line_rows(all_contracts: Sequence[Contract]) -> Iterator[tuple[str, ...]]:
    """Rows of `LINE_COLUMNS`."""
    for contract in all_contracts:
        for number, line in enumerate(contract.deal.lines, 1):
            yield (f"{contract.ref}-L{number}", contract.ref, *line_cells(line))


def fact_rows(all_contracts: Sequence[Contract]) -> Iterator[tuple[str, ...]]:
    """Rows of `FACT_COLUMNS`, in the order of days, so that what is reversed comes first."""
    facts = sorted((fact for each in all_contracts for fact in each.facts), key=lambda fact: fact.day)
    refs: dict[tuple[str, str, str], str] = {}
    for number, each in enumerate(facts, 1):
        ref = f"TRX-{number:05d}"
        refs[_key(each)] = ref
        yield (
            ref,
            each.contract,
            each.kind,
            iso(each.day),
            iso(each.entered) if each.entered else "",
            f"{each.amount.major:f}",
            each.amount.currency,
            each.product,
            each.external,
            refs[_key(each.reverses)] if each.reverses else "",
        )


def _key(fact: Fact) -> tuple[str, str, str]:
    return fact.contract, fact.kind, fact.external or fact.product
