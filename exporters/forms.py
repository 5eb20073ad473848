"""A destination, as its form takes it."""

import ssl
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from exporters import hosts
from exporters.destinations import LIMIT
from exporters.models import Destination


class DestinationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Destination
        fields = [
            "name",
            "host",
            "port",
            "transport",
            "format",
            "minimum_rank",
            "enabled",
            "with_pri",
            "verify",
            "ca",
        ]
        labels = {"enabled": "On"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Its inputs stand beside those of the sensor.
        kwargs.setdefault("auto_id", "destination_%s")
        super().__init__(*args, **kwargs)
        for name, example in (("host", "siem.example.org"), ("name", "SIEM")):
            self.fields[name].widget.attrs["placeholder"] = example
        self.fields["ca"].widget.attrs |= {
            "rows": 4,
            "spellcheck": "false",
            "placeholder": "-----BEGIN CERTIFICATE-----",
        }

    def _get_validation_exclusions(self) -> set[str]:
        """The sensor is no field, yet a name is taken once per sensor."""
        return super()._get_validation_exclusions() - {"sensor"}  # type: ignore[misc,no-any-return]

    def clean_host(self) -> str:
        return str(self.cleaned_data["host"]).strip("[]").rstrip(".")

    def clean_ca(self) -> str:
        pem = str(self.cleaned_data["ca"]).strip()
        if pem and not is_certificate(pem):
            raise ValidationError(
                "This is no certificate in PEM text (-----BEGIN CERTIFICATE----- …)."
            )
        return pem + "\n" if pem else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if is_own_input(given.get("host", ""), given.get("port", 0)):
            raise ValidationError(
                f"Port {given['port']} of this machine is where logs come in: every "
                "event would return as a new one, without end."
            )
        if self.instance.pk is None and Destination.objects.count() >= LIMIT:
            raise ValidationError(f"There are {LIMIT} destinations, which is the most.")
        return given


def is_certificate(pem: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return True


def is_own_input(host: str, port: int) -> bool:
    return port in settings.SYSLOG_PORTS and hosts.is_this_machine(host)
