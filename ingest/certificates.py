"""Certificates: the product's own CA, what it signs, and what one says of its owner.

RSA, because RFC 9662 asks every syslog sender for suites with RSA; a CA that lasts for
decades, because devices have it pasted in; certificates that end sooner.
"""

import datetime as dt
import os
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS, SERVER_DAYS, CLIENT_DAYS = 7_300, 397, 1_825
CA_BITS, BITS = 3_072, 2_048
EARLIER = dt.timedelta(days=1)  # clocks of devices are off
LONGEST_COMMON_NAME = 64  # by the standard
MOST_NAMES, LONGEST_NAME = 8, 253  # taken of a client's certificate

Key = rsa.RSAPrivateKey
Signed = tuple[Key, x509.Certificate]


def authority(name: str, now: dt.datetime) -> Signed:
    """A CA of its own."""
    key = new_key(CA_BITS)
    subject = named(name)
    made = begun(subject, subject, key, now, CA_DAYS)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    made = made.add_extension(usage(sign_others=True), True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = made.add_extension(identifier, False)
    return key, made.sign(key, hashes.SHA256())


def server(ca: Signed, names: Iterable[str], now: dt.datetime) -> Signed:
    """For a machine with these names and addresses, the first one its subject."""
    names = list(names)
    purpose = ExtendedKeyUsageOID.SERVER_AUTH
    return issued(ca, names[0], names, purpose, now, SERVER_DAYS)


def client(ca: Signed, name: str, now: dt.datetime) -> Signed:
    """For a device that sends."""
    purpose = ExtendedKeyUsageOID.CLIENT_AUTH
    return issued(ca, name, [name], purpose, now, CLIENT_DAYS)


def issued(
    ca: Signed,
    subject: str,
    names: list[str],
    purpose: x509.ObjectIdentifier,
    now: dt.datetime,
    days: int,
) -> Signed:
    ca_key, ca_certificate = ca
    key = new_key(BITS)
    made = begun(named(subject), ca_certificate.subject, key, now, days)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage(), True),
        (x509.ExtendedKeyUsage([purpose]), False),
        (x509.SubjectAlternativeName([general(name) for name in names]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            False,
        ),
    ]
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return key, made.sign(ca_key, hashes.SHA256())


def begun(
    subject: x509.Name, issuer: x509.Name, key: Key, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + dt.timedelta(days=days))
    )


def usage(sign_others: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_others,
        key_encipherment=not sign_others,
        key_cert_sign=sign_others,
        crl_sign=sign_others,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def named(name: str) -> x509.Name:
    common = name[:LONGEST_COMMON_NAME]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def new_key(bits: int) -> Key:
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Whole or not at all, never readable by others before its mode is set."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read(path: Path) -> x509.Certificate:
    """OSError or ValueError when it is not there or none."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def read_key(path: Path) -> Key:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Key):
        raise ValueError(f"{path} is not an RSA key")  # noqa: TRY004  (a bad file)
    return key


def covered(certificate: x509.Certificate) -> set[str]:
    """The names and addresses that it is for; none when they cannot be read."""
    try:
        found = alternatives(certificate)
    except UnreadableError:
        return set()
    return {name for kind, name in found if kind in COMPARED}


COMPARED = {"dns", "ip"}
FINGERPRINT = "sha256:"


class UnreadableError(Exception):
    """A certificate that does not say in a readable way whose it is."""


def alternatives(certificate: x509.Certificate) -> list[tuple[str, str]]:
    """Its subject alternative names by kind; empty when they are none. UnreadableError
    when they are there twice, or of a kind that nobody reads."""
    try:
        extension = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (x509.ExtensionNotFound, ValueError):
        return []
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise UnreadableError(str(error)) from error
    kinds = ((x509.DNSName, "dns"), (x509.IPAddress, "ip"), (x509.RFC822Name, "mail"))
    return [
        (kind, str(one.value))
        for one in extension.value
        for of_kind, kind in kinds
        if isinstance(one, of_kind)
    ]


def names_of(der: bytes) -> list[str]:
    """What a client's certificate says of it: `sha256:` and the fingerprint, its common
    name, its other names; lower case, at most `MOST_NAMES` of them. No other name may
    look like a fingerprint. UnreadableError as `alternatives`."""
    certificate = x509.load_der_x509_certificate(der)
    fingerprint = f"{FINGERPRINT}{certificate.fingerprint(hashes.SHA256()).hex()}"
    found: list[str] = []
    try:
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        found += [str(one.value) for one in common]
    except ValueError:  # a name that is none
        pass
    found += [name for _, name in alternatives(certificate)]
    fit = [name.lower() for name in found if plain(name)]
    others = [name for name in fit if not name.startswith(FINGERPRINT)]
    return list(dict.fromkeys([fingerprint, *others]))[: MOST_NAMES + 1]


def plain(name: str) -> bool:
    """Whether it can be one line of a claim."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()
