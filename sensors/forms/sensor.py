"""The sensor and its sources."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from sensors import access, claims, host, networks
from sensors.forms.fields import NetworksField, ZoneField
from sensors.models import Role, SenderToken, Sensor, Source, User

MOST_TOKENS = 1_000
WHO_MAY_REROUTE = "Set by administrators of the default sensor's domain."


class SensorForm(forms.ModelForm):  # type: ignore[type-arg]
    """Needs the user: the domains on offer and the rights on routing depend on it."""

    home_net = NetworksField(
        label="HOME_NET",
        required=False,
        help_text="Networks that you protect, one per line; they give the direction.",
    )
    zone = ZoneField(
        label="Clock zone", help_text="Of log times that name no zone themselves."
    )

    class Meta:
        model = Sensor
        fields = [
            "name",
            "domain",
            "location",
            "interface",
            "home_net",
            "log_management",
            "search_domain",
            "zone",
            "port",
            "is_default",
        ]
        labels = {"log_management": "Log management", "is_default": "Default sensor"}
        help_texts = {
            "name": "Stands before the domain in exported lines: name.domain.",
            "interface": "Where the traffic is seen; logs that are sniffed there "
            "(MSS_SNIFF) belong to this sensor.",
            "log_management": "Off: logs for this sensor are counted, not stored.",
            "search_domain": "Appended to bare host names in logs.",
            "is_default": "Takes every line that no source and no port claims.",
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        own = access.domains(user, Role.ADMINISTRATOR)
        self.fields["domain"].queryset = own  # type: ignore[attr-defined]
        self.fields["domain"].empty_label = None  # type: ignore[attr-defined]
        self.fields["interface"].widget.attrs["list"] = "interfaces"
        self.fields["home_net"].widget.attrs |= {"rows": 5, "spellcheck": "false"}
        if self.instance.pk is None:
            self.initial.setdefault("search_domain", host.search_domain())
            self.initial["zone"] = self.initial.get("zone") or user.zone
        self.limit_routing()

    def limit_routing(self) -> None:
        """Port and default flag take lines away from the default sensor's domain."""
        if not claims.may_reroute(self.user):
            for name in ("port", "is_default"):
                self.fields[name].disabled = True
                self.fields[name].help_text = WHO_MAY_REROUTE
        elif self.initial.get("is_default"):
            self.fields["is_default"].disabled = True
            self.fields[
                "is_default"
            ].help_text = "This is it. To change that, make another sensor the default."

    def clean_interface(self) -> str:
        """What is sniffed goes to the sensor that monitors the interface."""
        name = str(self.cleaned_data["interface"]).strip()
        taken = name in settings.SNIFF and name != self.initial.get("interface")
        if taken and not claims.may_reroute(self.user):
            raise ValidationError(f"Logs are sniffed on {name}. {WHO_MAY_REROUTE}")
        return name

    def clean_search_domain(self) -> str:
        return str(self.cleaned_data["search_domain"]).strip().strip(".").lower()

    def _get_validation_exclusions(self) -> set[str]:
        """The old default sensor yields in the same transaction (see `claims`)."""
        return super()._get_validation_exclusions() | {"is_default"}  # type: ignore[misc,no-any-return]


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    network = forms.CharField(
        label="Address or network",
        required=False,
        max_length=49,
        widget=forms.TextInput,
    )
    certificate = forms.CharField(
        label="or client certificate", required=False, max_length=253
    )
    zone = ZoneField(label="Clock zone", required=False)

    class Meta:
        model = Source
        fields = ["network", "certificate", "name", "zone"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        # Its inputs stand beside those of the sensor, or of another source.
        kwargs.setdefault("auto_id", "source_%s")
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["zone"].widget.attrs["placeholder"] = "as the sensor"
        self.fields["network"].widget.attrs["placeholder"] = "192.0.2.10"
        self.fields["certificate"].widget.attrs |= {
            "placeholder": "its name, or sha256:…",
            "spellcheck": "false",
        }
        if not claims.may_reroute(user):
            self.fields["certificate"].disabled = True
            self.fields["certificate"].help_text = WHO_MAY_REROUTE

    def clean_network(self) -> str:
        if not self.cleaned_data["network"]:
            return ""
        try:
            network = networks.parse(self.cleaned_data["network"])
            claims.check_source(self.user, self.instance, network)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return str(network)

    def clean_certificate(self) -> str:
        if self.fields["certificate"].disabled:
            return str(self.instance.certificate)
        try:
            found = certificate_name(self.cleaned_data["certificate"])
            if found:
                claims.check_certificate(self.instance, found)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        network, certificate = found.get("network"), found.get("certificate")
        if network is not None and bool(network) == bool(certificate):
            self.add_error("network", BOTH if network else NEITHER)
        return found


NEITHER = "Name the address or network, or the client certificate."
BOTH = "Name the address or the client certificate, not both."
FINGERPRINT = re.compile(r"(?:sha-?256[:= ]|sha256 fingerprint=)? *([0-9a-f:]+)")
DIGITS = 64  # of a fingerprint, in hex


def certificate_name(text: str) -> str:
    """A name of a client certificate as it is compared: lower case, a fingerprint in
    one way, however a tool prints it. ValueError when no certificate can have it."""
    name = text.strip().lower()
    if not name.isprintable():
        raise ValueError("A certificate's name has no control characters.")
    digits = FINGERPRINT.fullmatch(name)
    bare = digits[1].replace(":", "") if digits else ""
    if len(bare) == DIGITS:
        return f"sha256:{bare}"
    if name.startswith("sha256"):
        raise ValueError(f"A fingerprint has {DIGITS} hexadecimal digits.")
    return name


class SenderForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new token for a program that sends over HTTP."""

    class Meta:
        model = SenderToken
        fields = ["name"]
        labels = {"name": "For"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "sender_%s")
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["placeholder"] = "fluent-bit on web-1"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.instance.sensor.tokens.filter(revoked=None).count() >= MOST_TOKENS:
            raise ValidationError(f"At most {MOST_TOKENS} tokens of one sensor.")
        return found
