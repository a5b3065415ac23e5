"""A house's authority signs for the house and for nobody else; its files are private, renewed, and watched."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from prometheus_client import CollectorRegistry, Gauge

from collector.certificates.authority import issue, new_authority, new_key
from collector.certificates.contexts import serving, show, trusting
from collector.certificates.kept import BROKER, PAGES, Kept, load
from collector.certificates.speakers import MOST, speaker, speakers
from collector.certificates.watch import Shown, Watch, warning
from collector.errors import SettingsError
from tests.collector.certificates.house import HERE, TODAY, made, serving_bytes, shake, untrusting


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no name of a host"),
        ("https://ebs.local", "is no name of a host"),
        ("ebs.local:8080", "is no name of a host"),
        ("*.example.org", "is no name of a host"),
        ("-ebs.local", "is no name of a host"),
        ("ebs..local", "is no name of a host"),
        ("a" * 64, "is no name of a host"),
        ("a." * 127 + "aa", "is no name of a host"),
        ("ebs.local\n", "is no name of a host"),
        ("192.168.1.300", "is no address"),
        ("caf\u00e9.example", "xn--"),
        ("0.0.0.0", "nobody is reached there"),
        ("::", "nobody is reached there"),
        ("224.0.0.1", "nobody is reached there"),
        ("fe80::1%eth0", "nobody is reached there"),
    ],
)
def test_a_name_that_no_certificate_can_have_is_refused(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        speaker(text)


def test_names_stand_once_in_small_letters_and_there_is_an_end_to_them() -> None:
    assert [str(each) for each in speakers(["EBS.local", "ebs.LOCAL", "[::1]", "10.0.0.1"])] == [
        *("ebs.local", "::1", "10.0.0.1")
    ]
    with pytest.raises(SettingsError, match="at least"):
        speakers([])
    with pytest.raises(SettingsError, match=f"more than {MOST}"):
        speakers([f"h{number}.local" for number in range(MOST + 1)])


def test_the_authority_may_sign_for_servers_of_the_house_and_for_no_authority() -> None:
    made_ = new_authority("a house", speakers(["ebs.example.org", "192.0.2.7"]), TODAY).certificate

    basic = made_.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = made_.extensions.get_extension_for_class(x509.KeyUsage)
    permitted = made_.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert (usage.critical, usage.value.key_cert_sign, usage.value.digital_signature) == (True, True, False)
    assert isinstance(made_.public_key(), ec.EllipticCurvePublicKey)
    assert isinstance(made_.public_key().curve, ec.SECP256R1)
    texts = {str(each.value) for each in permitted}
    assert {"local", "ebs.example.org", "192.0.2.7/32", "10.0.0.0/8"} <= texts
    assert not texts & {"org", "example.org", "0.0.0.0/0", "::/0"}


@pytest.mark.parametrize("name", ["bank.example", "example.org", "evil-ebs.example.org", "203.0.113.1"])
def test_a_stranger_gets_no_certificate(name: str) -> None:
    authority = new_authority("a house", speakers(["ebs.example.org"]), TODAY)

    with pytest.raises(SettingsError, match=f"{name}: the house's authority was not made for this"):
        issue(authority, speakers([name]), "pages", TODAY, key=new_key(), since=False)


def test_what_a_thief_of_the_key_signs_for_a_stranger_is_refused_by_openssl(tmp_path: Path) -> None:
    kept = made(tmp_path)
    authority = kept.authority()
    wide = new_authority("test", speakers(["bank.example"]), TODAY)
    stolen = issue(type(wide)(wide.certificate, authority.key), speakers(["bank.example"]), "x", TODAY, key=new_key(),
                   since=False)  # fmt: skip
    forged = (
        x509.CertificateBuilder()
        .subject_name(stolen.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(stolen.key.public_key())
        .serial_number(7)
        .not_valid_before(TODAY - timedelta(days=1))
        .not_valid_after(TODAY + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=False)
        .sign(authority.key, stolen.certificate.signature_hash_algorithm)  # type: ignore[arg-type]
    )
    file = tmp_path / "forged.crt"
    file.write_text(type(stolen)(forged, stolen.key).pem)

    said = subprocess.run(
        ["openssl", "verify", "-CAfile", str(kept.certificate("ca")), str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode != 0
    assert "permitted subtree violation" in said.stderr


def test_a_servers_certificate_is_for_servers_and_ends_before_browsers_refuse_it() -> None:
    authority = new_authority("a house", HERE, TODAY - timedelta(days=500))
    broker = issue(authority, HERE, "broker", TODAY, key=new_key(), since=True).certificate
    pages = issue(authority, HERE, "pages", TODAY, key=new_key(), since=False).certificate

    assert broker.not_valid_before_utc == authority.certificate.not_valid_before_utc, "for a node without a clock"
    assert pages.not_valid_after_utc - pages.not_valid_before_utc <= timedelta(days=398)
    assert timedelta(days=396) <= broker.not_valid_after_utc - TODAY <= timedelta(days=397)
    for each in (broker, pages):
        basic = each.extensions.get_extension_for_class(x509.BasicConstraints).value
        extended = each.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert not basic.ca
        assert list(extended) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_an_authority_that_has_ended_signs_nothing() -> None:
    authority = new_authority("a house", HERE, TODAY - timedelta(days=4000))

    with pytest.raises(SettingsError, match="authority has ended"):
        issue(authority, HERE, "pages", TODAY, key=new_key(), since=False)


def test_keys_are_private_certificates_are_not_and_nothing_is_overwritten(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept = made(tmp_path)
    finally:
        os.umask(before)
    contents = {path: path.read_bytes() for path in kept.there()}

    assert mode(kept.folder) == 0o700
    assert {path.name: mode(path) for path in contents} == {
        **dict.fromkeys(("ca.crt", "broker.crt", "pages.crt"), 0o644),
        **dict.fromkeys(("ca.key", "broker.key", "pages.key"), 0o600),
    }
    with pytest.raises(SettingsError, match="is there already, and nothing was overwritten"):
        kept.make("test", HERE, TODAY)
    with pytest.raises(SettingsError, match="is there already, and nothing was overwritten"):
        kept.make("test", HERE, TODAY, anew=True)
    assert {path: path.read_bytes() for path in kept.there()} == contents


def test_replacing_makes_new_keys_and_keeps_the_authority_unless_it_is_asked_for(tmp_path: Path) -> None:
    kept = made(tmp_path)
    before = {path.name: path.read_bytes() for path in kept.there()}

    kept.make("test", HERE, TODAY, replace=True)
    between = {path.name: path.read_bytes() for path in kept.there()}
    kept.make("test", HERE, TODAY, replace=True, anew=True)
    after = {path.name: path.read_bytes() for path in kept.there()}

    assert {name for name in before if before[name] == between[name]} == {"ca.crt", "ca.key"}
    assert not [name for name in before if between[name] == after[name]]


@pytest.mark.parametrize("name", ["ca", BROKER])
def test_a_link_and_an_open_key_are_refused(tmp_path: Path, name: str) -> None:
    kept = made(tmp_path)
    kept.key(name).rename(tmp_path / "elsewhere")
    kept.key(name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="is a link"):
        kept.renew(TODAY, timedelta(days=397))
    with pytest.raises(SettingsError, match="is a link"):
        kept.make("test", HERE, TODAY, replace=True, anew=name == "ca")

    kept.key(name).unlink()
    (tmp_path / "elsewhere").rename(kept.key(name))
    kept.key(name).chmod(0o640)
    with pytest.raises(SettingsError, match="can be read by others"):
        kept.renew(TODAY, timedelta(days=397))


@pytest.mark.parametrize(
    "content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_file_that_is_no_certificate_says_so(tmp_path: Path, content: str) -> None:
    kept = made(tmp_path)
    kept.certificate(PAGES).write_text(content)

    with pytest.raises(SettingsError, match="pages.crt holds no certificate"):
        kept.renew(TODAY)


def test_renewing_keeps_key_and_names_and_takes_nothing_before_its_time(tmp_path: Path) -> None:
    kept = made(tmp_path, ("ebs.local", "10.0.0.7"))
    key, names = kept.key(PAGES).read_bytes(), load(kept.certificate(PAGES)).extensions
    later = TODAY + timedelta(days=370)

    assert kept.renew(TODAY) == []
    assert [path.name for path in kept.renew(later)] == ["broker.crt", "pages.crt"]
    renewed = load(kept.certificate(PAGES))

    assert kept.key(PAGES).read_bytes() == key
    assert renewed.not_valid_after_utc > later + timedelta(days=390)
    assert (
        renewed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        == names.get_extension_for_class(x509.SubjectAlternativeName).value
    )
    assert mode(kept.certificate(PAGES)) == 0o644
    assert kept.renew(later) == []


def test_a_certificate_of_another_house_is_not_renewed(tmp_path: Path) -> None:
    kept, other = made(tmp_path / "a"), made(tmp_path / "b")
    kept.certificate(PAGES).write_bytes(other.certificate(PAGES).read_bytes())

    with pytest.raises(SettingsError, match="is not of this house's authority"):
        kept.renew(TODAY, timedelta(days=397))


def test_a_certificate_beside_the_key_of_another_is_neither_renewed_nor_shown(tmp_path: Path) -> None:
    kept = made(tmp_path)
    kept.key(PAGES).write_bytes(kept.key(BROKER).read_bytes())

    with pytest.raises(SettingsError, match="pages.key does not belong"):
        kept.renew(TODAY, timedelta(days=397))
    with pytest.raises(SettingsError, match="is not the key of"):
        serving(kept.certificate(PAGES), kept.key(PAGES))


def test_a_key_with_a_password_is_refused_without_asking_the_terminal(tmp_path: Path) -> None:
    kept = made(tmp_path)
    text = subprocess.run(
        ["openssl", "ec", "-aes256", "-passout", "pass:secret", "-in", str(kept.key(PAGES))],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    kept.key(PAGES).write_text(text)

    with pytest.raises(SettingsError):
        serving(kept.certificate(PAGES), kept.key(PAGES))


@pytest.mark.parametrize(
    ("left", "urgent"), [(29, None), (28, False), (8, False), (7, True), (1, True), (0, True), (-5, True)]
)
def test_an_end_is_warned_of_four_weeks_before_and_is_urgent_in_the_last(left: int, urgent: bool | None) -> None:
    said = warning(Path("pages.crt"), TODAY + timedelta(days=left), TODAY)

    assert (said and said.urgent) == urgent
    if said:
        assert ("ended on" if left <= 0 else f"in {left} days") in said.text
        assert said.text.endswith("renew it: ebs certs renew")


class Clock:
    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> datetime:
        return self.now


def watch_of(kept: Kept | None, clock: Clock, *files: Path, shown: Shown | None = None) -> tuple[Watch, Gauge]:
    gauge = Gauge("days", "d", ["certificate"], registry=CollectorRegistry())
    return Watch(files, kept=kept, shown=shown, days_left=gauge, warn=None, now=clock), gauge


def test_the_watch_renews_by_itself_and_warns_where_it_cannot(tmp_path: Path) -> None:
    kept, clock = made(tmp_path), Clock()
    watch, gauge = watch_of(kept, clock)
    assert watch.look() == []
    assert watch.warnings() == ()
    assert gauge.labels("pages.crt")._value.get() in {396, 397}

    clock.now += timedelta(days=368)
    assert watch.look() == [], "it was renewed before there was anything to say"
    assert gauge.labels("pages.crt")._value.get() >= 396

    kept.key("ca").unlink()
    clock.now += timedelta(days=370)
    told = watch.look()
    assert len(told) == 2
    assert watch.look() == [], "once a day"
    assert len(watch.warnings()) == 2, "whoever asks hears it all the time"
    clock.now += timedelta(days=1)
    assert len(watch.look()) == 2


def test_a_certificate_that_vanishes_is_told_and_ends_nothing(tmp_path: Path) -> None:
    clock = Clock()
    watch, _ = watch_of(None, clock, tmp_path / "ca.crt")

    (told,) = watch.look()

    assert told.urgent
    assert "no such file" in told.text


async def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    kept, clock = made(tmp_path), Clock()
    context = serving(kept.certificate(PAGES), kept.key(PAGES))
    watch, _ = watch_of(None, clock, shown=Shown(context, kept.certificate(PAGES), kept.key(PAGES)))

    def seen(port: int) -> bytes:
        with shake(port, untrusting()) as connection:
            return connection.getpeercert(binary_form=True) or b""

    async with serving_bytes(context) as port:
        first = await asyncio.to_thread(seen, port)
        kept.renew(TODAY + timedelta(days=380), timedelta(days=397))
        watch.look()
        second = await asyncio.to_thread(seen, port)
        kept.certificate(PAGES).write_text("halfway")
        watch.look()
        third = await asyncio.to_thread(seen, port)

    assert first != second
    assert second == third, "what cannot be read leaves the one before"


def test_contexts_check_names_and_take_tls_1_2_at_least(tmp_path: Path) -> None:
    kept = made(tmp_path)
    client, server = trusting(kept.certificate("ca")), serving(kept.certificate(PAGES), kept.key(PAGES))

    assert client.check_hostname
    assert client.verify_mode == ssl.CERT_REQUIRED
    assert {client.minimum_version, server.minimum_version} == {ssl.TLSVersion.TLSv1_2}
    assert len(client.get_ca_certs()) == 1, "the house's authority, and none of the machine's"
    with pytest.raises(SettingsError, match="is not the key of"):
        show(server, kept.certificate(PAGES), kept.key(BROKER))
