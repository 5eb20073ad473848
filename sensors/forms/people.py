"""Users, domains and memberships."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sensors import people
from sensors.models import Domain, Membership, Role, User


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Shown to superusers. The last one cannot give the right away."""

    class Meta:
        model = User
        fields = [
            "username",
            "first_name",
            "last_name",
            "email",
            "is_superuser",
            "is_active",
        ]
        labels = {"is_superuser": "Superuser", "is_active": "May log in"}
        help_texts = {
            "username": "",
            "is_superuser": "May do everything in every domain.",
            "is_active": "Off ends sessions and tokens; nothing is deleted.",
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        keeps = values.get("is_superuser") and values.get("is_active")
        if not keeps and people.is_last_superuser(self.instance):
            raise ValidationError(
                "This is the last superuser who may log in; make another one first."
            )
        return values


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Domain
        fields = ["name"]


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names the user by typing: administrators see no list of everybody."""

    username = forms.CharField(label="User name", max_length=150)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER)

    class Meta:
        model = Membership
        fields = ["role"]

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        user = User.objects.filter(username=name).first()
        if user is None:
            raise ValidationError(
                f"There is no user {name!r}; a superuser can create it."
            )
        if self.instance.domain.memberships.filter(user=user).exists():
            raise ValidationError(f"{name} is a member already; change the role below.")
        self.instance.user = user
        return name


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    role = forms.ChoiceField(choices=Role.choices)

    class Meta:
        model = Membership
        fields = ["role"]
