"""A root that is taken while others write."""

import threading

from dealwright import Customer
from dealwright_core import door
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform


def test_a_root_leaves_out_what_may_still_be_committed_before_it(
    postgres_url: str, make_platform: MakePlatform
) -> None:
    platform = make_platform(postgres_url)
    platform.run("customer.add", actor="admin", name="first")
    has_number, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with door.changing(platform, "admin", "test") as work:
            work.session.add(Customer(name="slow"))
            work.settle()
            has_number.set()
            may_end.wait(10)

    writer = threading.Thread(target=slow)
    writer.start()
    assert has_number.wait(10)
    platform.run("customer.add", actor="admin", name="fast")
    with reading(platform.engine) as connection:
        early = verify(connection, platform.catalogue)
    may_end.set()
    writer.join()
    with reading(platform.engine) as connection:
        later = verify(connection, platform.catalogue, root=early.root)
    assert early.faults == later.faults == ()
    assert (early.root[:2], later.root[:2]) == ("1:", "3:")
