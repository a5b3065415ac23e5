"""TLS contexts of certificates, keys and authorities: TLS 1.2 at least, names checked. And what a failure means."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from collector.certificates.kept import load
from collector.errors import SettingsError
from collector.errors import reason as reason_of
from collector.system import read_private

OLDEST: Final = ssl.TLSVersion.TLSv1_2

_NOT_TLS: Final = frozenset({"wrong_version_number", "http_request", "unexpected_message", "bad_record_type"})
_TOO_OLD: Final = frozenset({"unsupported_protocol", "no_protocols_available", "tlsv1_alert_protocol_version"})
_EXPIRED: Final = 10
_NOT_YET: Final = 9
_OTHER_NAME: Final = frozenset({62, 64})  # of a host, of an address


def serving(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the context of a server that shows this certificate.

    Raises SettingsError for a key that others can read, and for files that do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = OLDEST
    context.options |= ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols(["http/1.1"])
    show(context, certificate, key)
    return context


def show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Have a server show this certificate from the next connection on; raise SettingsError where it cannot."""
    load(certificate)
    try:
        read_private(key, "exchange it")
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise SettingsError(f"{key} is not the key of {certificate}; name the two that were made together") from error
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{key}: {reason_of(error)}; the user of EBS must be able to read it") from error


def _no_password() -> str:
    """Answer for a key that asks for a password: OpenSSL would ask the terminal, and wait."""
    return ""


def trusting(authority: Path) -> ssl.SSLContext:
    """Return the context of a client that believes servers of this authority, under their own name, and no others."""
    load(authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # asks for a certificate, and checks names
    context.minimum_version = OLDEST
    try:
        context.load_verify_locations(authority)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"{authority} holds no authority's certificate; name the ca.crt of the house") from error
    return context


def in_words(error: BaseException, host: str, *, tls: bool) -> str:  # noqa: PLR0911 - a line for each fault
    """Return what a failure to reach a server means and what to do. tls: we spoke TLS to it.

    `error` may be what a library made of it: its cause is looked at, too.
    """
    fault = _tls_fault(error)
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _distrusted(fault, host)
    if tls and isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError | EOFError):
        return "it ended the connection before TLS was up; does this port speak TLS, 1.2 or newer?"
    if isinstance(fault, ssl.SSLError):
        reason = (fault.reason or "").lower()
        if reason in _NOT_TLS:
            return "this port does not speak TLS; give the port that does, or leave the authority (EBS_BROKER_CA) out"
        if reason in _TOO_OLD:
            return "the other side has no TLS 1.2; it is too old"
        return f"no TLS connection ({reason or fault})"
    said = str(error) or type(error).__name__
    if not tls and ("timed out" in said or isinstance(fault, ConnectionResetError)):
        return f"{said}; if that port speaks TLS, name its authority: EBS_BROKER_CA, or --ca"
    return said


def _tls_fault(error: BaseException | None) -> BaseException | None:
    """Return the first of an error and its causes that tells what happened on the wire."""
    seen = 0
    while error is not None and seen < 10:  # noqa: PLR2004 - no chain of causes is longer
        if isinstance(error, ssl.SSLError | ConnectionError | EOFError):
            return error
        error, seen = error.__cause__ or error.__context__, seen + 1
    return None


def _distrusted(fault: ssl.SSLCertVerificationError, host: str) -> str:
    if fault.verify_code in _OTHER_NAME:
        return f"its certificate does not speak for {host}; use a name that it has, or make one: ebs certs make --name"
    if fault.verify_code == _EXPIRED:
        return "its certificate has expired; renew it: ebs certs renew"
    if fault.verify_code == _NOT_YET:
        return "its certificate is not valid yet; look at the clocks of both machines"
    return f"its certificate is of another authority ({fault.verify_message}); is this the ca.crt of the house?"
