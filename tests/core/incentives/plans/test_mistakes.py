"""Bad plans: each mistake is told with its line, and all of them at once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright_core.config.document import Document
from dealwright_core.incentives.plans.checking import Surroundings, checked
from dealwright_core.incentives.plans.payreading import PAY_KEYS
from dealwright_core.incentives.plans.reading import read_plan
from dealwright_core.incentives.plans.shown import shown
from dealwright_core.incentives.plans.tables import Terms

Mistakes = Callable[[str], list[str]]

# The plan ends with line 5: what a case adds begins on line 6.
AT = "plan.toml"
SOUND = """\
name = "Reps"
currency = "USD"
[[pay]]
scheme = "test-flat"
rate = "5 %"
"""
PAY = f"{AT}:6: pay[1]"
SLAB = 'scheme = "test-slab"\ntiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]\n'


def test_a_sound_plan_has_none(mistakes: Mistakes) -> None:
    assert mistakes(SOUND) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("qota = 5", f"{PAY}: unknown key 'qota', did you mean 'quota'?"),
        ("rat = 5", f"{PAY}: unknown key 'rat', did you mean 'rate'?"),
        ('window = "quater"', f"{PAY}.window: 'quater' is not one of deal, week, month, quarter, year, plan,"),
        ('credit = "teem"', f"{PAY}.credit: 'teem' is not one of own, full, team, did you mean 'team'?"),
        ('levels = 2', f'{PAY}.levels: are for the credit of a team, set credit = "team"'),
        ('credit = "team"\nlevels = 0', f"{AT}:7: pay[1].levels: is not above zero"),
        ("cap = -1", f"{PAY}.cap: is below zero"),
        ("cap = '5 %'", f"{PAY}.cap: expected a number such as 5, 12.5 or '1/3', got text '5 %'"),
        ("cap = 1\nfloor = 2", f"{AT}:7: pay[1].floor: is above the cap"),
        ("cap = 0.30000000000000004", f"{PAY}.cap: 0.30000000000000004 has 17 digits, as no one means them"),
        ('weight = "-1 %"', f"{PAY}.weight: is below zero"),
        ('unit = "coins"', f"{PAY}.unit: 'coins' is not one of points, review, training, care"),
        ('currency = "EURO"', f"{PAY}.currency: unknown currency 'EURO', did you mean 'EUR'?"),
        ('currency = "EUR"\nfx = {CHF = 2}', f"{AT}:7: pay[1].fx: has no rate of EUR"),
        ('where = "amont > 5"', f"{PAY}.where: amont: 'amont' is neither a field of opportunity nor a record,"),
        ('where = "amount +"', f"{PAY}.where: column 1: this is no expression"),
        ('where = "amount"', f"{PAY}.where: is money over opportunity, not true or false"),
        ("where = 5", f"{PAY}.where: expected text, got the whole number 5"),
        (
            'where = [{field = "stage", op = "=="}]',
            f"{PAY}.where[1]: '==' needs a value",
        ),
        (
            'where = {any = [{field = "stage", op = "==", value = "won"}, {field = "stage", op = "=>"}]}',
            f"{PAY}.where.any[2]: unknown op '=>', did you mean '>'?",
        ),
        ('where = {field = "stag", op = "==", value = "won"}', f"{PAY}.where: stag: 'stag' is neither a field of"),
        ('measure = "stage"', f"{PAY}.measure: is text over opportunity, not a whole number or money"),
        ('measure = "won_amont"', "did you mean 'won_amount'?"),
        ('by = {per = "name"}', f"{PAY}.by.per: is text over opportunity, not a whole number or money"),
        ("by = {}", f"{PAY}.by: says nothing, name a measure or a window"),
        ('by = "stage"', f"{PAY}.by: is text over opportunity, not a whole number or money or a price or a ratio"),
        ('by = {window = "week"}', f"{PAY}.by.window: a week is shorter than the window of the pay, a month"),
        ('weights = {colour = {red = 2}}', f"{PAY}.weights.colour: colour: 'colour' is neither a field of"),
        ("weights = {channel = {agent = -1}}", f"{PAY}.weights: agent is below zero"),
        ('measure = "pay.bonus"', f"{PAY}.measure: the plan has no pay 'bonus', the plan has pay"),
        ('measure = "pay.a + pay.b"', f"{PAY}.measure: pay.NAME stands alone, and only one, write a [[pay]] for each"),
        ('gate = {from = 1, measure = "2 * pay.a"}', f"{PAY}.gate.measure: pay.NAME stands alone, and only one"),
        ('measure = "pay.pay"', f"{PAY}.measure: leads in a circle: pay -> pay"),
        ('for = "manger"', f"{PAY}.for: there is no role 'manger', did you mean 'manager'?"),
        ('for = "M-1"', f"{PAY}.for: there is no role 'M-1', write members in a list: ['M-1']"),
        ('for = ["M-1", "M-7"]', f"{PAY}.for[2]: there is neither a role nor a member 'M-7', did you mean"),
        ("for = []", f"{PAY}.for: names nobody, write a role, or a list of members and roles"),
        ("gate = 5", f"{PAY}.gate: expected a table, got the whole number 5"),
        ("gate = {}", f"{PAY}.gate: has to say either 'from' or 'over', such as from = 400000 or '80 %'"),
        ("gate = {from = 1, over = 2}", f"{PAY}.gate: has to say either 'from' or 'over'"),
        ('gate = {from = "many"}', f"{PAY}.gate.from: expected a number such as 5, 12.5 or '1/3', got text 'many'"),
        ("gate = {form = 1}", f"{PAY}.gate: unknown key 'form', did you mean 'from'?"),
        ('gate = [{from = 1}, {from = 1, measure = "margin"}]', f"{PAY}.gate[2].measure: margin: 'margin' is"),
        ('gate = {from = 1, window = "deal"}', f"{PAY}.gate.window: a deal is shorter than the window of the pay"),
        ('gate = {from = "80 %"}', f"{PAY}.gate: 80 % of which quota?, give the gate a quota"),
        ("quota = -1", f"{PAY}.quota: is below zero"),
        ("quota = 0", f'{PAY}.quota: is zero, and the plan does not say what is paid then, set zero_quota to "refuse"'),
        ("quota = '100,000'", f"{PAY}.quota: there is no measure '100,000', write a number, or a measure whose"),
        ("quota = '100 %'", f"{PAY}.quota: there is no measure '100 %', write a number, or a measure whose"),
        ('quota = "won_amount"', f"{PAY}.quota: a target may be zero, and the plan does not say what is paid then"),
        (
            'objectives = [{measure = "amount", quota = 5, weight = "99.99 %"}]',
            f"{PAY}.objectives: sums to 99.99 %, not 100 %",
        ),
        (
            'quota = 1\nobjectives = [{measure = "amount", quota = 5, weight = 1}]',
            f"{PAY}.quota: each of the objectives has its own, leave out 'quota'",
        ),
        ('objectives = [{measure = "amount", weight = 1}]', f"{PAY}.objectives[1].quota: is missing"),
        ("pool = {qualify = {}}", f"{PAY}.pool.qualify: has to say either 'from' or 'over'"),
        ('pool = {by = "sise"}', f"{PAY}.pool.by: sise: 'sise' is neither"),
        ("rank = {prizes = [1]}\npool = {}", f"{AT}:7: pay[1].pool: there is a rank, too"),
        ('pool = {}\nby = "amount"', f"{AT}:7: pay[1].by: is of each deal, and the pool of all that a window has"),
        ('pool = {}\nwindow = "deal"', f"{AT}:7: pay[1].window: the pool is of all members, and a deal is of one"),
        ('pool = {}\nmeasure = "win_rate"', f"{AT}:7: pay[1].measure: measure win_rate of all members is not the sum"),
        (
            'pool = {}\ngate = {from = 1, measure = "win_rate"}',
            f"{AT}:7: pay[1].gate.measure: measure win_rate of all members is not the sum",
        ),
        ("rank = {prizes = []}", f"{PAY}.rank.prizes: has no prize, write at least one, such as [500, 200]"),
        ("rank = {prizes = [100, -50, 700]}", f"{PAY}.rank.prizes[2]: is below zero"),
        ("rank = {prizes = [1], over = '100 %'}", f"{PAY}.rank.over: 100 % of which quota?, give the pay a quota, or"),
        (
            'rank = {prizes = [1], over = 5}\nobjectives = [{measure = "amount", quota = 5, weight = 1}]',
            f"{PAY}.rank.over: the objectives have no amount together, write an attainment such as '80 %'",
        ),
        ('rank = {prizes = [1]}\nwindow = "deal"', f"{AT}:7: pay[1].window: the rank is of all members, and a deal is"),
        ('[[pay]]\nrank = {prizes = [1]}\nby = "amount"', f"{AT}:8: pay[2].by: is of each deal, and the rank of all"),
        ("rank = {prizes = [1], ties = 'all'}", f"{PAY}.rank.ties: 'all' is not one of split, best, first"),
        ("[[pay]]", f"{AT}:6: pay[2]: says no scheme, set scheme, or 'rate' for"),
        ('[[pay]]\nname = "pay-1"\nscheme = "test-bare"', f"{AT}:7: pay[2].name: another pay has the name 'pay-1'"),
        ('[[pay]]\nscheme = "tset-slab"', f"{AT}:7: pay[2]: there is no incentive scheme 'tset-slab',"),
        ('[[pay]]\nscheme = "test-bare"\nfloor = 0\nflor = 1', f"{AT}:9: pay[2]: incentive scheme test-bare"),
        (f"[[pay]]\n{SLAB}", f"{AT}:6: pay[2]: a tier in percent needs a quota, give the pay a quota"),
        (
            '[[pay]]\nscheme = "test-slab"\ntiers = [{from = 1, rate = 1}, {from = 1, rate = 2}]',
            f"{AT}:6: pay[2]: two tiers start from 1, leave one out",
        ),
        ("[credit]\nkinds = {bookings = 1}", f"{AT}:7: credit.kinds.bookings: nothing is of kind 'bookings'"),
        ("[credit]\nkinds = {order = -1}", f"{AT}:7: credit.kinds: order is below zero"),
        ('[credit]\nshares = {owner = "99.99 %"}', f"{AT}:7: credit.shares: sums to 99.99 %, not 100 %"),
        ('[credit]\nshares = {owner = 1}\ntotal = 2', f"{AT}:7: credit.shares: sums to 100 %, not 200 %"),
        ("[credit]\noverlay = {M-8 = 1}", f"{AT}:7: credit.overlay.M-8: there is neither a role nor"),
        ("[credit]\nby_list = [[1], [0.5, 0.4]]", f"{AT}:7: credit.by_list[2]: sums to 90 %, not 100 %"),
        ("[credit]\nby_list = [[1], [1]]", f"{AT}:7: credit.by_list[2]: there is another list of 1 shares"),
        ('[credit]\nby_list = "equal"\nshares = {owner = 1}', f"{AT}:7: credit.by_list: there are fixed shares, too"),
        ('[refund]\nbasis = "now"', f"{AT}:7: refund.basis: 'now' is not one of window, current, original"),
        (
            'window = "deal"\n[refund]\nbasis = "original"',
            f"{AT}:6: pay[1].window: a refund cannot reverse the lines of its sale, set refund.basis to",
        ),
        (
            'by = "amount"\n[refund]\nbasis = "original"',
            f"{AT}:6: pay[1].by: a refund cannot reverse the lines of its sale, set refund.basis to",
        ),
        (
            '[credit]\nsplit = "pay"\n[refund]\nbasis = "original"',
            f"{AT}:7: credit.split: a refund cannot reverse the lines of its sale, set refund.basis to",
        ),
        (
            '[round]\nat = "step"\n[refund]\nbasis = "original"',
            f"{AT}:7: round.at: a refund cannot reverse the lines of its sale, set refund.basis to",
        ),
        ("[clawback.chrun]", f"{AT}:6: clawback.chrun: nothing happens that is called 'chrun', there is"),
        ("[clawback.refund]\nterm_months = 0", f"{AT}:7: clawback.refund.term_months: is not above zero"),
        ('[[release]]\nshare = "60 %"\non = "booking"', f"{AT}:6: release: sums to 60 %, not 100 %"),
        ('[[release]]\nshare = 1\non = "month"', f"{AT}:8: release[1].on: nothing happens that is called 'month', did"),
        ('[[release]]\nshare = 1\non = "x"', "is called 'x', there is +N months, "),
        ('[[release]]\nshare = 1\non = "-2 months"', "'-2 months', write '+1 month' to '+999 months'"),
        ('[[release]]\nshare = 1\non = "+1000 months"', "'+1000 months', write '+1 month' to '+999 months'"),
        ('[[release]]\nshare = 1\non = "+0 months"', f"{AT}:8: release[1].on: nothing happens that is"),
        ("[[release]]\nshare = 1", f"{AT}:6: release[1].on: is missing"),
        ("[draw]\namount = 0", f"{AT}:7: draw.amount: is not above zero"),
        ('[draw]\namount = 1\npays = "upto"', f"{AT}:8: draw.pays: 'upto' is not one of up to, on top"),
        ("[draw]\namount = 1\nperiods = 0", f"{AT}:8: draw.periods: is not above zero"),
        ('[draw]\namount = 1\nrecover = "101 %"', f"{AT}:8: draw.recover: is more than 100 %"),
        ("[member.M-9]\ncap = 1", f"{AT}:6: member.M-9: there is no member 'M-9', did you mean"),
        ('[member.M-1]\nrate = "x"', f"{AT}:7: member.M-1.rate: expected a ratio such as"),
        ("[member.M-1]\ncap = -1", f"{AT}:7: member.M-1.cap: is below zero"),
        ('[member.M-1]\nname = "x"', f"{AT}:7: member.M-1.name: is no term of a member, it holds for the whole plan"),
        ('[member.M-1]\nvalid = "2026"', f"{AT}:7: member.M-1.valid: is no term of a member, it holds for the whole"),
        ('[member.M-1.pay.pay]\nname = "x"', f"{AT}:7: member.M-1.pay.pay.name: is no term of a member"),
        ('[[pay]]\nrate = "5 %"\ntiers = []', f"{AT}:8: pay[2]: unknown key 'tiers', set scheme: it is flat,"),
        ("[member.M-1]\ncapp = 1", f"{AT}:7: member.M-1: unknown key 'capp', did you mean 'cap'?"),
        ("[member.M-1]\ndraw = {}", f"{AT}:7: member.M-1.draw.amount: is missing"),
        ('[member.M-1]\nrank = {prizes = [1]}', f"{AT}:7: member.M-1.rank: is of all members together, and no one has"),
        ('[member.M-1.pay.pay]\npool = {}', f"{AT}:7: member.M-1.pay.pay.pool: is of all members together, and"),
        ('pool = {}\n[member.M-1]\nrate = 2', f"{AT}:8: member.M-1.rate: pay pay is a pool of all members together"),
        ("[member.M-1.pay.bonus]", f"{AT}:6: member.M-1.pay.bonus: the plan has no pay 'bonus', it has pay"),
        (
            '[[pay]]\nscheme = "test-bare"\n[member.M-1]\ncap = 1',
            f"{AT}:9: member.M-1.cap: no pay of the plan has 'cap', name the pay that it is for:",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table(mistakes: Mistakes, written: str, told: str) -> None:
    (found,) = mistakes(SOUND + written)
    assert told in found


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "plan.toml: name: is missing"),
        ('name = " "', f"{AT}:1: name: is empty"),
        ("nam = 1", f"{AT}:1: unknown key 'nam', did you mean 'name'?"),
        ('currency = "USDD"', f"{AT}:1: currency: unknown currency 'USDD'"),
        ('period = "week"', f"{AT}:1: period: 'week' is not one of month, quarter, year"),
        ('prorate = "weeks"', f"{AT}:1: prorate: 'weeks' is not one of month, day"),
        ("valid = 2026", f"{AT}:1: valid: expected a table or a period, got the whole number 2026, put it in quotes:"),
        ("period = 3", f"{AT}:1: period: the whole number 3 is not one of month, quarter, year"),
        ('valid = "2026-13"', f"{AT}:1: valid: '2026-13' is not a period"),
        ("valid = {since = 2026-01-01}", f"{AT}:1: valid: unknown key 'since', write 'from' and 'to'"),
        ("valid = {from = 5}", f"{AT}:1: valid.from: expected a date such as 2026-01-31"),
        ("valid = {from = 2026-02-01, to = 2026-01-31}", f"{AT}:1: valid.to: 2026-01-31 is before 2026-02-01"),
        ("quarter_weights = [1, 0, 0]", f"{AT}:1: quarter_weights: expected a list of 4, got one of 3"),
        ('quarter_weights = ["25 %", "25 %", "25 %", "24 %"]', f"{AT}:1: quarter_weights: sums to 99 %, not 100 %"),
        ('zero_quota = "one"', f"{AT}:1: zero_quota: 'one' is not one of refuse, zero, full"),
        ("pay_in = {}", f"{AT}:1: pay_in.currency: is missing"),
        ("pay_cap = {amount = -5}", f"{AT}:1: pay_cap.amount: is below zero"),
        ("round = {digits = 9}", f"{AT}:1: round.digits: is not 0 to 8"),
        ("pay = 5", f"{AT}:1: pay: expected a list, got the whole number 5"),
        ("member = 5", f"{AT}:1: member: expected a table, got the whole number 5"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_plan_itself(mistakes: Mistakes, written: str, told: str) -> None:
    name = "" if "nam" in written or not written else 'name = "Reps"\n'
    pay = "" if "pay =" in written else "[[pay]]\nscheme = 'test-flat'\nrate = 1\n"
    assert told in "\n".join(mistakes(f"{written}\n{name}{pay}"))


def test_a_name_that_is_no_text_is_told_once(mistakes: Mistakes) -> None:
    (found,) = mistakes(f"{SOUND[SOUND.index(chr(10)) :]}".replace("\n", "name = 5\n", 1))
    assert found == f"{AT}:1: name: expected text, got the whole number 5, put it in quotes"


def test_a_plan_that_pays_nothing(mistakes: Mistakes) -> None:
    assert mistakes('name = "Reps"') == ["plan.toml: pay: the plan pays nothing, add [[pay]]"]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(mistakes: Mistakes) -> None:
    found = mistakes(
        """\
name = "Reps"
period = "week"
[credit]
shares = {owner = "99.99 %"}
[[pay]]
name = "base"
for = "reps"
measure = "pay.override"
scheme = "test-slab"
tier = []
[[pay]]
name = "override"
measure = "pay.base"
scheme = "test-flat"
rate = "5%%"
cap = -1
[[release]]
share = "60 %"
on = "boking"
"""
    )
    lines = [each.split(":")[1] for each in found]
    assert sorted(lines, key=int) == ["2", "4", "5", "7", "10", "13", "15", "16", "17", "19"]


# Lines of a plan, sound and not, no one of which depends on another.
LINES = (
    ('name = "Reps"', 'name = " "'),
    ('period = "month"', 'period = "monthly"'),
    ("quarter_weights = [0.25, 0.25, 0.25, 0.25]", "quarter_weights = [0.25, 0.25, 0.25, 0.24]"),
    ('pay_in = {currency = "EUR"}', 'pay_in = {currency = "EU"}'),
    ("[credit]", "[credits]"),
    ("[[pay]]", "[[pay]]"),
    ('for = "rep"', 'for = "repp"'),
    ("where = \"stage == 'won'\"", "where = \"stagee == 'won'\""),
    ("cap = 5", "cap = -5"),
    ('weight = "90 %"', 'weight = "90 percent"'),
    ('scheme = "test-bare"', 'scheme = "test-bear"'),
    ("[clawback.refund]", "[clawback.refundd]"),
    ("[draw]", "[draw]"),
    ("amount = 1", "amount = 0.10000000000000000001"),
)


@given(st.sets(st.sampled_from([at for at, (good, bad) in enumerate(LINES) if good != bad])))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_mistake_is_told_whatever_else_is_wrong(mistakes: Mistakes, wrong: set[int]) -> None:
    text = "\n".join(pair[at in wrong] for at, pair in enumerate(LINES))
    assert {int(each.split(":")[1]) for each in mistakes(text)} == {at + 1 for at in wrong}


def test_two_pays_of_a_circle_are_told_once(mistakes: Mistakes) -> None:
    text = "".join(
        f'[[pay]]\nname = "{name}"\nmeasure = "pay.{of}"\nscheme = "test-bare"\n'
        for name, of in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    assert mistakes(f'name = "Reps"\n{text}') == [
        f"{AT}:12: pay[3].measure: leads in a circle: c -> a -> b -> c"
    ]


def test_a_mistake_of_one_key_hides_none_of_another(mistakes: Mistakes) -> None:
    found = mistakes(SOUND + 'cap = "x"\nfloor = -1\nwhere = "no.such"\n')
    assert [each.split(":")[1] for each in found] == ["6", "7", "8"]


def test_a_quota_of_no_measure(mistakes: Mistakes) -> None:
    (found,) = mistakes(
        'zero_quota = "zero"\nname = "Reps"\n[[pay]]\nquota = "won_amout"\nscheme = "test-bare"'
    )
    assert found == f"{AT}:4: pay[1].quota: there is no measure 'won_amout', did you mean 'won_amount'?"


def test_expressions_hold_for_every_kind_that_counts(mistakes: Mistakes) -> None:
    kinds = "[credit]\nkinds = {booking = 1, payment = 1}\n"
    assert mistakes(SOUND + "measure = 'amount'\n" + kinds) == []
    (found,) = mistakes(SOUND + "where = \"kind == 'payment'\"\n" + kinds)
    assert "'kind' is neither a field of opportunity" in found
    (found,) = mistakes(SOUND + "where = \"stage == 'won'\"\n" + kinds)
    assert "'stage' is neither a field of transaction" in found
    assert mistakes(SOUND + "where = \"kind == 'payment'\"\n[credit]\nkinds = {payment = 1}\n") == []


def test_a_record_beside_the_deal_can_be_measured(mistakes: Mistakes) -> None:
    assert mistakes(SOUND + 'measure = "amount - deal_cost.cost"\nby = "deal_cost.discount"\n') == []


@pytest.mark.parametrize("rule", ["full", "zero", "refuse"])
def test_a_quota_of_zero_with_its_rule_is_no_mistake(mistakes: Mistakes, rule: str) -> None:
    assert mistakes(f'zero_quota = "{rule}"\nname = "Reps"\n[[pay]]\nquota = 0\n{SLAB}') == []


ODD = st.sampled_from(
    [5, -1, 0, "x", "", "5 %", "pay.a", "amount", True, [], {}, [5], [[]], [{}], ["a"], {"a": 5}, {"a": {}},
     {"a": {"a": 1}}, {"measure": "x"}, [{"measure": "amount", "quota": 0, "weight": 1}], {"from": 1},
     {"from": "0 %", "quota": "x"}, {"prizes": []}, {"amount": 1}, date(2026, 1, 1), Decimal("NaN"),
     Decimal("Infinity"), Decimal("1e70"), 10**40]
)  # fmt: skip
PAY_TABLE = st.dictionaries(st.sampled_from([*PAY_KEYS, "rate", "tiers", "pays"]), ODD, max_size=6)
MEMBERS = st.dictionaries(st.sampled_from(["M-1", "M-9"]), ODD | PAY_TABLE, max_size=2)


@given(
    st.dictionaries(st.sampled_from([each.name for each in fields(Terms)] + ["valid"]), ODD, max_size=6),
    ODD | st.lists(PAY_TABLE | ODD, max_size=3),
    ODD | MEMBERS,
)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_told_and_never_raised(
    around: Surroundings, terms: dict[str, Any], pays: Any, member: Any
) -> None:
    document = Document("plan.toml", {**terms, "pay": pays, "member": member})
    plan, __ = read_plan(document, around.context)
    assert str(shown(plan, checked(plan, around)))


def test_sales_in_any_currency_are_converted_without_naming_one(mistakes: Mistakes) -> None:
    assert mistakes(f'{SOUND}fx = "period end"\n') == []
    assert mistakes(f"{SOUND}fx = {{EUR = 2}}\n") == []
