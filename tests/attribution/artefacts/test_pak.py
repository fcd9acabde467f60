"""A resource pack gives back what was put in, whatever that was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.artefacts import specimen

from truetally.attribution.artefacts.content import NotReadError
from truetally.attribution.artefacts.pak import decoded, pack_version, read_pack

PLAIN = st.binary(max_size=60).filter(lambda data: data[:2] not in (b"\x1f\x8b", b"\x1e\x9b"))
RESOURCES = st.dictionaries(st.integers(min_value=1, max_value=65_535), PLAIN, min_size=1,
                            max_size=12)
WAYS = {"raw": bytes, "gzip": specimen.gzip_entry, "brotli": specimen.brotli_entry}


@given(RESOURCES, st.sampled_from([4, 5]), st.sampled_from(sorted(WAYS)))
def test_every_resource_comes_back_as_it_went_in(resources: dict[int, bytes], version: int,
                                                 way: str) -> None:
    data = specimen.pak({n: WAYS[way](text) for n, text in resources.items()}, version=version)
    pack = read_pack(data)
    assert (pack.version, pack.faults, pack_version(data)) == (version, (), version)
    found = {int(pack.ids[n]): decoded(data, pack, n, 100) for n in range(len(pack.ids))}
    assert found == {n: (text, way) for n, text in resources.items()}


@given(RESOURCES)
def test_every_byte_belongs_to_the_resource_that_holds_it(resources: dict[int, bytes]) -> None:
    data = specimen.pak(resources)
    pack = read_pack(data)
    start = len(data) - sum(map(len, resources.values()))
    owners = [n for n, text in sorted(resources.items()) for _ in text]
    assert [pack.at(at) for at in range(start)] == [None] * start
    assert [int(pack.ids[pack.at(start + n)]) for n in range(len(owners))] == owners


@given(RESOURCES, st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 30)), max_size=5))
def test_aliases_point_at_resources_or_are_told(resources: dict[int, bytes],
                                                aliases: list[tuple[int, int]]) -> None:
    pack = read_pack(specimen.pak(resources, aliases=aliases))
    good = [pair for pair in aliases if pair[1] < len(resources)]
    assert list(pack.aliases) == good
    assert bool(pack.faults) == (len(good) < len(aliases))


@given(st.binary(max_size=80))
def test_what_is_no_pack_is_refused(data: bytes) -> None:
    if not pack_version(data):
        with pytest.raises(NotReadError):
            read_pack(data)
