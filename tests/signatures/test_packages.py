from truetally.signatures.lists import ListRef, covering, entry, freeze
from truetally.signatures.packages import CLOUDS, GATEWAYS

CLOUD = freeze(ListRef(name="data-centres", kind="networks", items=("package:pymispwarninglists",)))


def test_the_default_data_centres_are_the_cloud_providers() -> None:
    named = {line.source.split()[1] for line in CLOUD.provenance}
    assert named == set(CLOUDS)
    assert CLOUD.date >= "2025-12-23"
    assert len(CLOUD.entries) > 5000


def test_an_address_of_a_provider_is_covered_and_the_entry_names_the_list() -> None:
    sources = {line.source.split()[1] for line in covering(CLOUD, "52.95.110.1")}
    assert sources == {"amazon-aws"}


def test_private_and_access_networks_are_not_covered() -> None:
    for address in ("10.1.2.3", "192.168.0.1", "127.0.0.1", "::1", "fe80::1", "202.96.134.133"):
        assert covering(CLOUD, address) == ()


def test_gateways_are_read_by_name() -> None:
    item = f"package:pymispwarninglists/{','.join(GATEWAYS)}"
    gateways = freeze(ListRef(name="gateways", kind="networks", items=(item,)))
    assert entry(gateways, gateways.entries[0])[0].source.startswith("misp-warninglists zscaler")


def test_the_mixed_list_of_vpns_contains_whole_clouds_and_so_is_no_exception() -> None:
    """Why vpn-ipv4 is not a default list of gateways, checked on the installed edition."""
    vpn = freeze(ListRef(name="vpn", kind="networks",
                         items=("package:pymispwarninglists/vpn-ipv4",)))
    clouds = [value for value in CLOUD.entries if ":" not in value][::2000]
    inside = sum(bool(covering(vpn, value.split("/")[0])) for value in clouds)
    assert inside * 2 > len(clouds)
