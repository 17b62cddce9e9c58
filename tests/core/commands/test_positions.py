"""Positions: a member has one main position at a time, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor

from dealwright import Platform, Refused
from dealwright_testing.deployments import MakePlatform


def add(platform: Platform) -> str:
    try:
        platform.run("position.add", actor="admin", member="M", team="T")
    except Refused as refused:
        return refused.findings[0].code
    return "added"


def test_of_main_positions_added_at_once_one_is_kept(database_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(database_url)
    platform.run("team.add", actor="admin", ref="T", name="T")
    platform.run("member.add", actor="admin", ref="M", name="M")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: add(platform), range(4)))
    assert sorted(said) == ["added", *["position-overlap"] * 3]
