"""Fields that forms share: networks one per line, and a time zone with completion."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sensors import networks, zones

MOST_NETWORKS = 1_000


class NetworksField(forms.CharField):
    """A text area with one network per line; gives a list of canonical networks."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=60 * MOST_NETWORKS, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
        found: dict[str, None] = {}
        errors = []
        for number, line in lines:
            try:
                found.update({written(line): None} if line else {})
            except ValueError as error:
                errors.append(ValidationError(f"Line {number}: {error}"))
        if errors:
            raise ValidationError(errors[:10])
        if len(found) > MOST_NETWORKS:
            raise ValidationError(f"At most {MOST_NETWORKS} networks.")
        return list(found)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def written(line: str) -> str:
    return networks.shown(str(networks.parse(line)))


class ZoneField(forms.CharField):
    """A name of the tz database; the list of names completes what is typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}
        )
        super().__init__(max_length=64, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return zones.check(text) if text else ""
        except ValueError as error:
            raise ValidationError(str(error)) from None
