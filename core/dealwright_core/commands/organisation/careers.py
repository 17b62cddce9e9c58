"""Hiring, moving, promoting and leaving, each from a day on."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Annotated, Any

from dealwright_core.commands.organisation.handover import (
    check_covered,
    check_nothing_left,
    hand_over,
    heirs_of,
)
from dealwright_core.commands.organisation.holding import (
    check_employed,
    end_deputation,
    fill,
    give_up,
    main_position,
    refused,
)
from dealwright_core.commands.organisation.tree import OrgTree, org_tree
from dealwright_core.commands.positions import is_withdrawn
from dealwright_core.commands.records import Ref, resolve
from dealwright_core.config.deployment import Deployment
from dealwright_core.contributions import Command
from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.records import Deputation, Member, Position
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session

Team = Annotated[str | None, "team: ref or name"]
Since = Annotated[date | None, "first day, today where it is left out"]
Vacant = Annotated[str | None, "ref of a vacant position to fill, instead of a team and a role"]
Vacancy = Annotated[bool, "keep what they held as a vacant position"]
FIRST_ROLE = "rep"
ROLE_IN_TEAM = _("role in the team, {role} where it is left out", role=FIRST_ROLE)


def member_commands(deployment: Deployment) -> Iterator[Command]:
    """Commands that hire members, move and promote them, and let them leave."""
    roles, closed = deployment.access.roles, closed_stages(deployment)
    yield Command(
        "member.hire",
        _hire(roles),
        example='dealwright member hire --name "Li Wei" --login liwei --team T-2 --role rep --since 2026-03-01',
        requires="add member",
    )
    yield Command(
        "member.move",
        _move(roles),
        example="dealwright member move M-3 --to T-4 --since 2026-04-01",
        requires="change member",
    )
    yield Command(
        "member.promote",
        _promote(roles),
        example="dealwright member promote M-3 --role supervisor --since 2026-04-01",
        requires="change member",
    )
    yield Command(
        "member.leave",
        _leave(closed),
        example="dealwright member leave M-3 --on 2026-07-01 --successor M-5 --hand-over contract=M-2",
        requires="change member",
    )
    yield Command(
        "member.hand-over",
        _hand_over(closed),
        example="dealwright member hand-over M-3 --to M-5 --kind customer --kind opportunity",
        requires="run member.hand-over",
    )


def team_commands(deployment: Deployment) -> Iterator[Command]:
    """The tree of teams."""
    roles = deployment.access.roles

    def tree(
        session: Session, *, on: Annotated[date | None, "day, today where it is left out"] = None
    ) -> OrgTree:
        """Show the tree of teams with who holds which position on a day, vacancies and deputies."""
        return org_tree(session, on or session.today, roles)

    yield Command(
        "org.tree", tree, example="dealwright org tree --on 2026-03-01", requires="read team", reads=True
    )


def closed_stages(deployment: Deployment) -> frozenset[str]:
    """The stages that mean won, lost or disqualified."""
    return frozenset(each.name for each in deployment.stages if each.means != "open")


def _hire(roles: Collection[str]) -> Callable[..., Position]:
    def hire(
        session: ChangingSession,
        *,
        name: Annotated[str, "full name"],
        login: Annotated[str | None, "name to act by, beside the ref"] = None,
        email: Annotated[str | None, "e-mail"] = None,
        team: Team = None,
        role: Annotated[str | None, ROLE_IN_TEAM] = None,
        position: Vacant = None,
        since: Since = None,
        ref: Annotated[str, "ref of the member, numbered where it is left out"] = "",
    ) -> Position:
        """Add a member and their main position, in a team or as a vacancy that they fill."""
        day = since or session.today
        _check_place(team, role, position)
        member = session.add(Member(ref=ref, name=name, login=login, email=email, joined_on=day))
        if position is not None:
            return fill(session, position, member, day)
        chosen = known_role(role or FIRST_ROLE, roles)
        return session.add(Position(member=member.id, team=_team(session, team), role=chosen, since=day))

    return hire


def _move(roles: Collection[str]) -> Callable[..., Position]:
    def move(
        session: ChangingSession,
        *,
        ref: Ref,
        to: Team = None,
        role: Annotated[str | None, "role there, kept where it is left out"] = None,
        position: Vacant = None,
        since: Since = None,
        vacancy: Vacancy = False,
    ) -> Position:
        """Move a member to another team, or to a vacant position: the main position ends when the new one begins."""
        day = since or session.today
        _check_place(to, role, position)
        chosen = None if role is None else known_role(role, roles)
        member = session.lock(Member, ref)
        check_employed(member, day)
        held = main_position(session, member, day)
        if position is None:
            team = _team(session, to)
            return _follow(session, held, day, team=team, role=chosen or held.role, vacancy=vacancy)
        if held.until is not None:
            message = _(
                "{ref} changes from {held} on {until} as it is: move them from then on",
                ref=ref,
                held=held.ref,
                until=held.until,
            )
            raise refused("position-follows", message, ref)
        give_up(session, held, day, vacant=vacancy)
        return fill(session, position, member, day)

    return move


def _promote(roles: Collection[str]) -> Callable[..., Position]:
    def promote(
        session: ChangingSession,
        *,
        ref: Ref,
        role: Annotated[str, "role from then on"],
        since: Since = None,
    ) -> Position:
        """Give a member another role in the same team, from a day on."""
        day = since or session.today
        chosen = known_role(role, roles)
        member = session.lock(Member, ref)
        check_employed(member, day)
        held = main_position(session, member, day)
        return _follow(session, held, day, team=held.team, role=chosen, vacancy=False)

    return promote


def _follow(
    session: ChangingSession, held: Position, day: date, *, team: int, role: str, vacancy: bool
) -> Position:
    """The position that takes the place of another from a day on, until that would have ended."""
    if (held.team, held.role) == (team, role):
        name = session.ref_of("team", team)
        message = _(
            "position {held} is that of a {role} in {name} already: nothing would change",
            held=held.ref,
            role=role,
            name=name,
        )
        raise refused("position-unchanged", message, held.ref)
    give_up(session, held, day, vacant=vacancy)
    return session.add(Position(member=held.member, team=team, role=role, since=day, until=held.until))


def _leave(closed: Collection[str]) -> Callable[..., dict[str, Any]]:
    def leave(
        session: ChangingSession,
        *,
        ref: Ref,
        on: Annotated[date | None, "first day they are gone, today where it is left out"] = None,
        successor: Annotated[str | None, "member who takes over what they own and is open"] = None,
        hand_over: Annotated[tuple[str, ...], "KIND=REF: another member takes over this kind"] = (),
        keep: Annotated[bool, "leave what they own with them"] = False,
        vacancy: Vacancy = False,
    ) -> dict[str, Any]:
        """Let a member leave: hand over what they own, end their positions and deputations."""
        day = on or session.today
        member = session.lock(Member, ref)
        if member.left_on is not None:
            raise refused("member-left", _("{ref} left on {left_on}", ref=ref, left_on=member.left_on), ref)
        if member.joined_on is not None and day < member.joined_on:
            raise refused(
                "member-not-joined",
                _("{ref} joins on {joined_on}, after {day}", ref=ref, joined_on=member.joined_on, day=day),
                ref,
            )
        moved = _handed(session, member, successor, hand_over, closed)
        if not keep:
            check_nothing_left(session, member, closed)
        ended, vacancies = _end_all(session, member, day, vacant=vacancy)
        session.change(member, left_on=day)
        return {
            "member": ref, "left on": day, "positions": ended, "vacancies": vacancies, "handed over": moved,
        }  # fmt: skip

    return leave


def _hand_over(closed: Collection[str]) -> Callable[..., dict[str, Any]]:
    def hand_over(
        session: ChangingSession,
        *,
        ref: Ref,
        to: Annotated[str, "member who takes over"],
        kind: Annotated[tuple[str, ...], "only this kind of record"] = (),
    ) -> dict[str, Any]:
        """Hand over what a member owns and is open to another one."""
        member = session.lock(Member, ref)
        check_covered(session, member, kind)
        by_kind = [f"{each}={to}" for each in kind]
        moved = _handed(session, member, None if kind else to, by_kind, closed)
        return {"member": ref, "to": to, "handed over": moved}

    return hand_over


def _handed(
    session: ChangingSession,
    member: Member,
    successor: str | None,
    by_kind: Collection[str],
    closed: Collection[str],
) -> dict[str, int]:
    heirs = heirs_of(session, member, successor, tuple(by_kind))
    return hand_over(session, member, heirs, closed) if heirs else {}


def _end_all(
    session: ChangingSession, member: Member, day: date, *, vacant: bool
) -> tuple[list[str], list[str]]:
    """End the positions and deputations of a member; the refs of the positions, and of vacancies they leave."""
    for deputation in session.find(Deputation, deputy=member.id):
        if not is_withdrawn(deputation) and (deputation.until is None or deputation.until > day):
            end_deputation(session, deputation, day)
    ended, vacancies = [], []
    for held in session.find(Position, member=member.id):
        if is_withdrawn(held) or (held.until is not None and held.until <= day):
            continue
        ended.append(held.ref)
        left = give_up(session, held, day, vacant=vacant)
        if left is not None:
            vacancies.append(left.ref)
    return ended, vacancies


def known_role(role: str, roles: Collection[str]) -> str:
    """The role, which the deployment must define. Raises `UsageError`."""
    if role not in roles:
        known = ", ".join(sorted(roles))
        hint = did_you_mean(role, roles)
        raise UsageError(
            _("this deployment has no role {role!r}{hint}", role=role, hint=hint),
            _("it has {known}", known=known),
        )
    return role


def _check_place(team: str | None, role: str | None, position: str | None) -> None:
    """Raise `UsageError` unless either a team or a vacant position is named."""
    if (team is None) == (position is None):
        raise UsageError(_("name either a team or a vacant position"), _("give --position REF or the team"))
    if position is not None and role is not None:
        raise UsageError(_("a vacant position has its role"), _("leave --role out, or name a team"))


def _team(session: ChangingSession, team: str | None) -> int:
    """The id of a team given by ref or name."""
    found: int = resolve(session, session.kind(Position), {"team": team})["team"]
    return found
