"""The people of the matrix, one for each shipped role, and what the specification says that each may do."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import pytest
from attrs import frozen

from dealwright import ChangingSession, DealwrightError, Member, NotFound, PayDispute, Record, Refused
from dealwright_testing.deployments import MakePlatform
from tests.core.access import specification as spec
from tests.core.access.world import CONFIG, Place, World, as_somebody, organise

# Whose rows: one's own, of somebody in the team, in a team below, and in another team.
ROWS: Final = {"own": "", "team": "tom", "below": "una", "other": "bob"}
COVERED: Final = {
    "-": (), "nobody": (), "own": ("own",), "team": ("own", "team"), "subtree": ("own", "team", "below"),
    "all": tuple(ROWS),
}  # fmt: skip
PLAN: Final = 'name = "World"\n[[pay]]\nrate = "1 %"\n'
DAY: Final = date(2025, 7, 1)
OWNED: Final = {kind for kind, group in spec.GROUPS.items() if "own" in spec.READ[group].split()}


def scope(table: Mapping[str, str], group: str, role: str) -> str:
    return table[group].split()[spec.ROLES.index(role)]


def login_of(role: str) -> str:
    return f"the{role.replace('-', '')}"


everywhere = pytest.mark.parametrize(
    ("database", "role"),
    [*(("sqlite", role) for role in spec.ROLES), ("postgres", "supervisor"), ("postgres", "finance")],
)


def stated(command: str, kinds: Collection[str]) -> tuple[str, str]:
    """What a command asks for, and the group of records it does so of."""
    kind, _, verb = command.rpartition(".")
    kind = kind.replace("-", "_")
    if command in spec.COMMANDS:
        asked, _, kind = spec.COMMANDS[command].partition(" ")
    elif kind in kinds and verb in spec.OF_RECORDS:
        asked = spec.OF_RECORDS[verb]
    else:
        pytest.fail(
            f"nobody said who may run {command}: give it requires=..., and state it under COMMANDS in "
            f"tests/core/access/specification.py, as {command!r}: 'write KIND', 'report', 'run', ..."
        )
    if command in spec.COMMANDS and not kind:
        return asked, asked
    if kind not in spec.GROUPS and kind != "journal":
        pytest.fail(
            f"nobody said who may read and write {kind}: add it to GROUPS in tests/core/access/specification.py"
        )
    return asked, spec.GROUPS.get(kind, kind)


def covered(asked: str, group: str, role: str) -> str:
    """The scope within which a role may do something, as specified."""
    if asked in ("read", "write"):
        return scope(spec.READ if asked == "read" else spec.WRITE, group, role)
    at_all = scope(spec.OTHERWISE, asked, role)
    return at_all if at_all == "-" or asked == group else scope(spec.READ, group, role)


@frozen
class Asked:
    """A deployment with one person for each role, who all have records, and what each of their records is called."""

    place: Place

    def ref(self, kind: str, role: str, row: str) -> str:
        """The record of a kind that is in a row; those nobody owns are one for all."""
        word = (ROWS[row] or login_of(role)).title().replace("Bob", "ZEBRA")
        short = {
            "customer": "C0", "contact": "CT0", "opportunity": "O0", "opportunity_line": "OL0", "stage_move": "MV0",
            "activity": "A0b", "survey": "S0", "world_note": "N0", "direct_account": "DA0", "contract": "K0",
            "contract_line": "KL0", "transaction": "TX0", "target": "TG0", "qualification": "Q0",
            "qualification_traits": "QT0", "appraisal": "AP0", "appraisal_rating": "APR0",
            "segmentation": "SG0", "segmentation_past": "SGP0", "segmentation_key": "SGK0",
            "sales_split": "SP0", "pay_adjustment": "ADJ0", "pay_dispute": "DSP0", "pay_hold": "PH0",
        }  # fmt: skip
        shared = {
            "team": "T-ALPHA", "member": "M-TOM", "position": "POS-1", "deputation": "DEP-1", "product": "P-1",
            "exchange_rate": "FX-1", "access_grant": "G-1",
            "direct_territory": "DT-1", "direct_assignment": "DA-1", "quota_plan": "QP-1",
            "appraisal_market_index": "MI-1", "appraisal_result": "APS-1",
        }  # fmt: skip
        return f"{word}-{short[kind]}" if kind in short else shared[kind]

    def records(self, role: str) -> Iterator[tuple[str, str, Record]]:
        """A record of each kind in each row, as it is."""
        with self.place.platform.session("admin") as session:
            for kind in spec.GROUPS:
                for row in self.rows(kind):
                    yield kind, row, session.get(kind, self.ref(kind, role, row))

    def rows(self, kind: str) -> list[str]:
        return list(ROWS) if kind in OWNED else ["other"]


def equipped(make: MakePlatform, url: str) -> Asked:
    world = World()
    make.folder.joinpath("plan.toml").write_text(PLAN, encoding="utf-8")
    platform = make(url, f'{CONFIG}\n[incentives]\nplans = ["plan.toml"]\n', plugins=[("world", world)])
    organise(platform)

    def run(command: str, **arguments: Any) -> Any:
        return platform.run(command, actor="admin", **arguments).value

    run("team.add", ref="T-GAMMA", name="Gamma", parent="T-ALPHA")
    for login, role, team in (("una", "rep", "T-GAMMA"), *((login_of(r), r, "T-ALPHA") for r in spec.ROLES)):
        run("member.add", ref=f"M-{login.upper()}", name=login.title(), login=login)
        run("position.add", member=f"M-{login.upper()}", team=team, role=role, since="2025-01-01")
    for ref in ("DT-1", "DT-2"):
        run("direct-territory.add", ref=ref, name=ref)
    run("direct-assignment.add", ref="DA-1", territory="DT-1", member="M-TOM", since="2025-01-01")
    for login in ("tom", "una", "bob", *map(login_of, spec.ROLES)):
        run("world.fill", login=login, customers=1)
        word = login.title().replace("Bob", "ZEBRA")
        run("direct-account.add", ref=f"{word}-DA0", customer=f"{word}-C0", territory="DT-1")
        run("qualification.add", ref=f"{word}-Q0", opportunity=f"{word}-O0")
        run("qualification-traits.add", ref=f"{word}-QT0", customer=f"{word}-C0")
        goal = {"member": f"M-{login.upper()}", "measure": "won_amount", "period": "2026"}
        run("target.add", ref=f"{word}-TG0", amount="1 USD", **goal)
        paid = {"plan": "World", "amount": "1 USD", "on": "2025-06-01", "reason": "agreed"}
        run("pay-adjustment.add", ref=f"{word}-ADJ0", member=goal["member"], **paid)
        as_somebody(Place(platform, world), "admin", partial(dispute, f"{word}-DSP0", goal["member"]))
        run("sales-split.add", ref=f"{word}-SP0", opportunity=f"{word}-O0", member=goal["member"])
        run(
            "pay-hold.add",
            ref=f"{word}-PH0",
            opportunity=f"{word}-O0",
            since=date(2026, 1, 1),
            reason="in dispute",
        )
        run("segmentation.add", ref=f"{word}-SG0", customer=f"{word}-C0")
        dated = {"customer": f"{word}-C0", "since": "2025-01-01"}
        run(
            "segmentation-past.add",
            ref=f"{word}-SGP0",
            **dated,
            aspect="need",
            segment="leader",
            until="2025-02-01",
        )
        run("segmentation-key.add", ref=f"{word}-SGK0", **dated, owner=f"M-{login.upper()}", reasons="large")
        who = {"member": f"M-{login.upper()}", "appraisal": f"{word}-AP0"}
        run("appraisal.add", ref=who["appraisal"], member=who["member"], form="sales", period="2026")
        run(
            "appraisal-rating.add",
            ref=f"{word}-APR0",
            rater=who["member"],
            criterion="teamwork",
            kind="self",
            **who,
        )
    run("appraisal-result.add", ref="APS-1", appraisal="ZEBRA-AP0")
    run("appraisal-market-index.add", ref="MI-1", period="2026", index="105 %", reason="growth")
    run("deputation.add", position="POS-1", deputy="M-UNA", since="2025-01-01", until="2025-01-02")
    run("quota-plan.add", ref="QP-1", target="Tom-TG0")
    run("exchange-rate.add", base="EUR", quote="USD", on="2025-01-01", numerator=1)
    run("access.grant", ref="ZEBRA-C0", person="guest", purpose="to be revoked")
    world.blocks = True  # from now on nothing is written
    return Asked(Place(platform, world))


def dispute(ref: str, member: str, session: ChangingSession) -> None:
    """Raise a dispute of somebody's pay in their own name."""
    whose = session.get(Member, member)
    new = PayDispute(
        ref=ref, member=whose.id, period="2025-06", question="why", raised_by=member, raised_on=DAY
    )
    session.add(new)


def permitted(ask: Callable[[], Any]) -> bool:
    """Whether something goes through, or fails for another reason than that it is not permitted."""
    try:
        ask()
    except NotFound:
        return False
    except Refused as refused:
        return {each.code for each in refused.findings}.isdisjoint({"not-permitted", "no-such-record"})
    except DealwrightError as error:
        return "no " not in str(error).partition(":")[2][:4]  # a link to what is not there
    return True
