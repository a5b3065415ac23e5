"""A house's authority, and what it signs. ECDSA on P-256; knows no file and no clock.

The authority may sign for the house's own names and private networks only, and no further authority: whoever trusts it
on a tablet does not trust it for a bank.

A certificate that nodes meet begins when the authority began. A board without a time server starts its clock at a day
that it was told by cable, and would take a certificate that was renewed since for one that is not valid yet. Browsers
refuse certificates that are valid for more than 825 days in all, so those that pages meet begin when they are made.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.certificates.speakers import LOCAL_DOMAINS, LOCAL_NETWORKS, Network, Speaker, outside
from collector.errors import SettingsError

Key = ec.EllipticCurvePrivateKey
AUTHORITY_DAYS: Final = 3650
LEAF_DAYS: Final = 397
"""Of what a server shows. Browsers take no more of a public authority, and we no more of our own."""
SLACK: Final = timedelta(days=1)
"""How far a certificate begins before it is made: clocks of tablets differ."""
_LONGEST_HOUSE: Final = 40


@dataclass(frozen=True)
class Signed:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: Key = field(repr=False)

    @property
    def pem(self) -> str:
        """The certificate, as a file has it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The key, in clear: for a file that its owner alone may read."""
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def new_key() -> Key:
    """Return a fresh key."""
    return ec.generate_private_key(ec.SECP256R1())


def new_authority(house: str, wanted: Sequence[Speaker], now: datetime) -> Signed:
    """Return an authority that may sign for `wanted`, and for local domains and networks. `house`: what it is called.

    It begins at midnight (UTC) of the day before: a node's clock can be set to a day.
    """
    key = new_key()
    began = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - SLACK
    domains = dict.fromkeys((*LOCAL_DOMAINS, *(each for each in wanted if isinstance(each, str))))
    networks: list[Network] = list(LOCAL_NETWORKS)
    networks += [ipaddress.ip_network(str(each)) for each in outside(wanted, domains, LOCAL_NETWORKS)]
    permitted = [*map(x509.DNSName, domains), *map(x509.IPAddress, networks)]
    name = _name(f"EBS authority of {house[:_LONGEST_HOUSE]}")
    builder = (
        _begun(name, name, key, began, began + SLACK + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        # Not critical: the TLS of a chip knows no name constraints, and would take no certificate at all.
        .add_extension(x509.NameConstraints(permitted, None), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Signed(builder.sign(key, hashes.SHA256()), key)


def issue(authority: Signed, wanted: Sequence[Speaker], what: str, now: datetime, *, key: Key, since: bool) -> Signed:
    """Return a server's certificate for `wanted`, signed by the authority. `what` it is for stands in its subject.

    since: it begins when the authority began (see above). Raises SettingsError for names that the authority may not
    sign for, and when the authority itself has ended.
    """
    signer = authority.certificate
    check_constraints(signer, wanted)
    ends = min(now + timedelta(days=LEAF_DAYS), signer.not_valid_after_utc)
    if ends <= now:
        raise SettingsError("the house's authority has ended; make a new one: ebs certs make --new-authority")
    began = signer.not_valid_before_utc if since else max(now - SLACK, signer.not_valid_before_utc)
    spoken = [x509.DNSName(each) if isinstance(each, str) else x509.IPAddress(each) for each in wanted]
    identifier = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _begun(_name(f"EBS {what}"), signer.subject, key, began, ends)
        .add_extension(x509.SubjectAlternativeName(spoken), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return Signed(builder.sign(authority.key, hashes.SHA256()), key)


def check_constraints(authority: x509.Certificate, wanted: Sequence[Speaker]) -> None:
    """Raise SettingsError for names that the authority may not sign for: browsers would refuse the certificate."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    domains = [each.value for each in permitted if isinstance(each, x509.DNSName)]
    networks = [ipaddress.ip_network(each.value) for each in permitted if isinstance(each, x509.IPAddress)]
    strangers = outside(wanted, domains, networks)
    if strangers:
        raise SettingsError(
            f"{strangers[0]}: the house's authority was not made for this; leave it out, or ebs certs make "
            "--new-authority --replace, and give every browser and node the new ca.crt"
        )


def spoken_for(certificate: x509.Certificate) -> tuple[Speaker, ...]:
    """Return the names and addresses of a certificate, none where it has none."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (*names.get_values_for_type(x509.DNSName), *names.get_values_for_type(x509.IPAddress))  # type: ignore[arg-type]


def is_signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Tell whether an authority signed a certificate."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _begun(subject: x509.Name, issuer: x509.Name, key: Key, began: datetime, ends: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(ends)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
