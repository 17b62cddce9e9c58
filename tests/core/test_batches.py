"""Many values in batches."""

from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.batches import batches


@given(st.lists(st.integers(), max_size=50), st.integers(1, 12))
def test_batches_are_the_values_in_their_order_and_full_but_for_the_last(
    values: list[int], size: int
) -> None:
    found = list(batches(iter(values), size))
    assert [each for batch in found for each in batch] == values
    assert all(len(batch) == size for batch in found[:-1])
    assert all(0 < len(batch) <= size for batch in found)
