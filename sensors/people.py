"""Who there is: rules about users that no page may break."""

from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction

from sensors import audit, passwords
from sensors.models import User


def is_last_superuser(user: User) -> bool:
    """Locks the superusers' rows, so that no two can be removed at the same time.

    Call it inside the transaction that makes the change.
    """
    able = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    return [found.pk for found in able.order_by("pk")] == [user.pk]


@transaction.atomic
def give_one_time_password(by: User | None, user: User) -> str:
    """Ends the user's sessions and any lock; the text is shown this once."""
    text = passwords.issue(user)
    user.save()
    AxesProxyHandler.reset_attempts(username=user.username)
    audit.record(by, "one-time password", user)
    return text
