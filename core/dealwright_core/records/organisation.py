"""Those who sell and those who lead (销售主管 经理 代表)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about


@frozen(kw_only=True)
class Team(Record):
    """A node of the team tree. ``kind`` tells an office or region from a working team."""

    name: str = field(metadata=about("Name"))
    kind: str = field(default="team", metadata=about("Kind", choices=("company", "region", "office", "team")))
    parent: int | None = field(default=None, metadata=about("Parent team", link="team"))


@frozen(kw_only=True)
class Member(Record):
    """A person who sells or leads. Team and role are dated: see `Position`.

    ``login`` is a name to act by, beside the ref.
    """

    name: str = field(metadata=about("Name"))
    login: str | None = field(default=None, metadata=about("Login"))
    email: str | None = field(default=None, metadata=about("E-mail", field_class="personal"))
    joined_on: date | None = field(default=None, metadata=about("Joined on"))
    left_on: date | None = field(default=None, metadata=about("Left on"))


@frozen(kw_only=True)
class Position(Record):
    """A member's place in a team with a role, from ``since`` until before ``until``; vacant without a member.

    Either end may be open. Of the positions a member holds on one day exactly one is ``main``: it
    says which team the member's results count for.
    """

    member: int | None = field(default=None, metadata=about("Member", link="member"))
    team: int = field(metadata=about("Team", link="team"))
    role: str = field(default="rep", metadata=about("Role"))
    main: bool = field(default=True, metadata=about("Main position"))
    since: date | None = field(default=None, metadata=about("Since"))
    until: date | None = field(default=None, metadata=about("Until"))


@frozen(kw_only=True)
class Deputation(Record):
    """Somebody who stands in for a position, vacant or not, from ``since`` until before ``until``, with its rights."""

    position: int = field(metadata=about("Position", link="position"))
    deputy: int = field(metadata=about("Deputy", link="member"))
    reason: str | None = field(default=None, metadata=about("Reason"))
    since: date | None = field(default=None, metadata=about("Since"))
    until: date | None = field(default=None, metadata=about("Until"))
