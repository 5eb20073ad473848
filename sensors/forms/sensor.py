"""The sensor and its sources."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sensors import access, claims, host, networks
from sensors.forms.fields import NetworksField, ZoneField
from sensors.models import Role, Sensor, Source, User

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
            "interface": "Where the traffic is seen.",
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

    def clean_search_domain(self) -> str:
        return str(self.cleaned_data["search_domain"]).strip().strip(".").lower()

    def _get_validation_exclusions(self) -> set[str]:
        """The old default sensor yields in the same transaction (see `claims`)."""
        return super()._get_validation_exclusions() | {"is_default"}  # type: ignore[misc,no-any-return]


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    network = forms.CharField(
        label="Address or network", max_length=49, widget=forms.TextInput
    )
    zone = ZoneField(label="Clock zone", required=False)

    class Meta:
        model = Source
        fields = ["network", "name", "zone"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        # Its inputs stand beside those of the sensor, or of another source.
        kwargs.setdefault("auto_id", "source_%s")
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["zone"].widget.attrs["placeholder"] = "as the sensor"
        self.fields["network"].widget.attrs["placeholder"] = "192.0.2.10"

    def clean_network(self) -> str:
        try:
            network = networks.parse(self.cleaned_data["network"])
            claims.check_source(self.user, self.instance, network)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return str(network)
