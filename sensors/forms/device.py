"""What people say of devices: where their names are, how their clocks are read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sensors import hosts, zones
from sensors.models import ClockSetting

MOST_AHEAD = 3_660 * 86_400  # seconds


class HostTableForm(forms.Form):
    """The whole host table of a sensor, as in /etc/hosts."""

    text = forms.CharField(
        label="Host table",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="A line for each address, with its names, as in /etc/hosts.",
    )

    def clean_text(self) -> list[hosts.Entry]:
        try:
            return hosts.parse(self.cleaned_data["text"])
        except ValueError as error:
            raise ValidationError(str(error)) from None


class ClockForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ClockSetting
        fields = ["zone", "ahead"]
        labels = {"zone": "Clock zone", "ahead": "Ahead by (seconds)"}
        help_texts = {"ahead": "How far the clock is ahead; below 0 it is behind."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget.attrs |= {
            "list": "zones",
            "placeholder": "as learned, else the sensor's",
        }

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        if not zone or zones.fixed_minutes(zone) is not None:
            return zone
        try:
            return zones.check(zone)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean_ahead(self) -> int:
        ahead = int(self.cleaned_data["ahead"])
        if abs(ahead) > MOST_AHEAD:
            raise ValidationError("At most ten years.")
        return ahead
