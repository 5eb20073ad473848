"""The filter of the audit page."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from sensors import trail
from sensors.models import User


class TrailForm(forms.Form):
    """Times are read in the user's own zone."""

    user = forms.CharField(required=False, max_length=150)
    action = forms.ChoiceField(required=False)
    domain = forms.ChoiceField(required=False)
    start = forms.DateTimeField(label="From", required=False)
    end = forms.DateTimeField(label="Until", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(user.zone)
        found = trail.entries(user).order_by()
        actions = found.values_list("action", flat=True).distinct()
        domains = found.exclude(domain=None).values_list("domain_id", "domain__name")
        self.fill("action", [(name, name) for name in sorted(actions)])
        self.fill(
            "domain",
            [(pk, name or f"deleted {pk}") for pk, name in domains.distinct()],
        )
        for name in ("start", "end"):
            self.fields[name].widget = forms.DateTimeInput({"type": "datetime-local"})

    def fill(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = [("", "any"), *choices]  # type: ignore[attr-defined]

    def _clean_fields(self) -> None:
        with timezone.override(self.zone):
            super()._clean_fields()  # type: ignore[misc]

    def chosen(self) -> trail.Filter:
        """What was entered; a field with an error counts as empty."""
        values = {key: value for key, value in self.cleaned_data.items() if value}
        if "domain" in values:
            values["domain"] = int(values["domain"])
        return trail.Filter(**values)
