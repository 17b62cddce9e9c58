"""A mistake hides no other one: what is wrong in a table is told all at once."""

from collections.abc import Callable

import pytest

Mistakes = Callable[[str], list[str]]
FLAT = 'name = "Reps"\n[[pay]]\nscheme = "test-flat"\nrate = "5 %"\n'


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            '[credit]\nshares = {owner = "-10 %", ghost = "120 %"}\noverlay = {phantom = "-5 %"}',
            [
                "6: credit.shares: owner is below zero",
                "6: credit.shares: sums to 110 %, not 100 %",
                "6: credit.shares.ghost: there is neither a role nor a member 'ghost'",
                "7: credit.overlay: phantom is below zero",
                "7: credit.overlay.phantom: there is neither a role nor a member 'phantom'",
            ],
        ),
        (
            '[credit]\nshares = {owner = "50 %"}\ntotal = "60 %"\nsplit = "x"\noverlay = {phantom = "x"}',
            [
                "6: credit.shares: sums to 50 %, not 60 %",
                "8: credit.split: 'x' is not one of credit, pay",
                "9: credit.overlay.phantom: expected a ratio such as '5 %', 0.05 or '1/20', got text 'x'",
            ],
        ),
        (
            "[clawback.churned]\n[clawback.refund]\nterm_months = 0\nlimit = 5",
            [
                "5: clawback.churned: nothing happens that is called 'churned'",
                "7: clawback.refund.term_months: is not above zero",
                "8: clawback.refund.limit: the whole number 5 is not one of paid",
            ],
        ),
        (
            '[clawback.refund]\nshare = "101 %"',
            ["6: clawback.refund.share: is more than 100 %"],
        ),
        (
            '[[release]]\non = "boking"\n[[release]]\nshare = "40 %"\non = "colection"\n[[release]]\nshare = -1',
            [
                "5: release[1].share: is missing",
                "6: release[1].on: nothing happens that is called 'boking', did you mean 'booking'?",
                "9: release[2].on: nothing happens that is called 'colection', did you mean 'collection'?",
                "10: release[3].on: is missing",
                "11: release[3].share: is below zero",
            ],
        ),
        (
            '[[release]]\nshare = "-60 %"\non = "booking"',
            ["5: release: sums to -60 %, not 100 %", "6: release[1].share: is below zero"],
        ),
        (
            'measure = "amuont"\nwhere = "stagee == 1"\n[credit]\nkinds = {sale = 1}',
            ["5: pay[1].measure: amuont:", "6: pay[1].where: stagee:", "8: credit.kinds.sale: nothing is of kind"],
        ),
        (
            'measure = "amount"\nwhere = "kind == \'payment\'"\n[credit]\nkinds = {sale = 1}',
            ["8: credit.kinds.sale: nothing is of kind"],
        ),
        (
            'rank = {prizes = [1], ties = "all"}\npool = {}',
            ["5: pay[1].rank.ties: 'all' is not one of", "6: pay[1].pool: there is a rank, too"],
        ),
        (
            'cap = -1\nfloor = 5\nweights = {channel = {agent = -1, direct = -2}, stag = {won = 1}}',
            [
                "5: pay[1].cap: is below zero",
                "6: pay[1].floor: is above the cap",
                "7: pay[1].weights: agent is below zero",
                "7: pay[1].weights: direct is below zero",
                "7: pay[1].weights.stag: stag:",
            ],
        ),
        ('fx = {EUR = 0, CHF = -1}\ncurrency = "EUR"', ["5: pay[1].fx.EUR: is not above", "5: pay[1].fx.CHF: is not"]),
        ("cap = 99999999999999999999\nquota = 123456789012345678901234567890",
         ["5: pay[1].cap: 99999999999999999999 has 20 digits", "6: pay[1].quota: 1234567890"]),
        ("objectives = []", ["5: pay[1].objectives: names none"]),
        (
            '[[pay]]\nscheme = "slab"\ntiers = [\n{from = "0 %", rate = "5 %"},\n{from = 10, times = 2},\n'
            '{from = 20, rate = "x"},\n{from = 20, rate = 1},\n]',
            [
                "9: pay[2].tiers[2].times: there is no rate that it multiplies",
                "10: pay[2].tiers[3].rate: 'x' is not a fraction",
                "11: pay[2].tiers[4]: starts where number 3 does",
            ],
        ),
        # What a rate that cannot be read would do to others is not known.
        (
            '[[pay]]\nscheme = "slab"\nrate = "x"\ntiers = [{from = 0, times = 1}]',
            ["7: pay[2].rate: 'x' is not a fraction"],
        ),
        (
            '[[pay]]\nscheme = "slab"\nrate = "5 %"\ntiers = [{from = 0, times = "x"}]',
            ["8: pay[2].tiers[1].times: 'x' is not a fraction"],
        ),
        ("[member.M-1.draw]\namount = -1\nperiods = 0", ["6: member.M-1.draw.amount: ", "7: member.M-1.draw.p"]),
    ],
)  # fmt: skip
def test_every_mistake_of_a_table_is_told(mistakes: Mistakes, written: str, told: list[str]) -> None:
    found = sorted(mistakes(FLAT + written), key=lambda each: int(each.split(":")[1]))
    assert len(found) == len(told), found
    for each in told:
        assert any(one.startswith(f"plan.toml:{each}") for one in found), (each, found)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("quarter_weights = ['150 %', '-50 %', 0, 0]", "quarter_weights[2]: is below zero"),
        ("pay_in = {currency = 'EUR', fx = 0}", "pay_in.fx: is not above zero"),
        ("pay_in = {currency = 'EUR', fx = -1}", "pay_in.fx: is not above zero"),
    ],
)
def test_a_number_beyond_its_limit(mistakes: Mistakes, written: str, told: str) -> None:
    assert mistakes(f"{written}\n{FLAT}") == [f"plan.toml:1: {told}"]
