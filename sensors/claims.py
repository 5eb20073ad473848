"""Who may claim lines: a claim of one domain must not take another domain's lines.

Sources, ports and the default flag are unique over all domains, and a narrower network
wins; so whoever adds one could divert what a foreign sensor receives. A certificate
wins over every address, so only those claim one who may take lines from the default
sensor.
"""

from sensors import access
from sensors.models import Role, Sensor, Source, User
from sensors.networks import Network, overlap, parse


def may_reroute(user: User) -> bool:
    """Whether the user may take lines from the default sensor by port or flag."""
    default = Sensor.objects.select_related("domain").filter(is_default=True).first()
    if default is None:
        return user.is_superuser
    return access.may(user, Role.ADMINISTRATOR, default.domain)


def check_source(user: User, source: Source, network: Network) -> None:
    """ValueError when another source has the network or a foreign domain overlaps it.

    What lies in a foreign domain is told without its names.
    """
    own = set(access.sensors(user, Role.ADMINISTRATOR).values_list("pk", flat=True))
    others = Source.objects.select_related("sensor__domain").exclude(network="")
    for other in others.exclude(pk=source.pk):
        found = parse(other.network)
        if other.sensor_id in own:
            if found == network:
                raise ValueError(
                    f"{network} belongs to sensor {other.sensor} already; remove it "
                    "there first."
                )
        elif overlap(found, network):
            raise ValueError(
                f"{network} overlaps a source of another domain; ask a superuser."
            )


def check_certificate(source: Source, certificate: str) -> None:
    """ValueError when another source has it; whose that is, is not told."""
    others = Source.objects.exclude(pk=source.pk)
    if others.filter(certificate=certificate).exists():
        raise ValueError(f"Another source has the certificate {certificate} already.")


def yield_default(sensor: Sensor) -> None:
    """Makes room for a new default sensor; call it in the same transaction."""
    if sensor.is_default:
        Sensor.objects.filter(is_default=True).exclude(pk=sensor.pk).update(
            is_default=False
        )
