"""Log-in and one's own account: zone, password, API tokens."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from sensors.forms.fields import ZoneField
from sensors.models import ApiToken, User

MOST_TOKENS = 50


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    zone = ZoneField(label="Time zone", help_text="Pages show times in this zone.")

    class Meta:
        model = User
        fields = ["zone"]


class LogInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "The user name or the password is wrong.",
    }


class NewPasswordForm(PasswordChangeForm):
    """Django's form, which also refuses to keep the old password."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError("This is the old password; choose another one.")
        return new


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(
        label="What is it for?", max_length=100, help_text="So that you know it again."
    )

    class Meta:
        model = ApiToken
        fields = ["name"]

    def clean_name(self) -> str:
        if ApiToken.objects.filter(user=self.instance.user).count() >= MOST_TOKENS:
            raise ValidationError(f"At most {MOST_TOKENS} tokens; revoke one first.")
        return str(self.cleaned_data["name"])
