"""Log-in, account, users, domains, sensors with their sources, the audit trail."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from sensors.views import (
    account,
    domains,
    login,
    preferences,
    sender,
    sensor,
    source,
    trail,
    users,
)

urlpatterns = [
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/tokens/", account.token_new, name="token_new"),
    path("account/tokens/<int:pk>/revoke/", account.token_revoke, name="token_revoke"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/password/", users.user_password, name="user_password"),
    path("domains/", domains.domains, name="domains"),
    path("domains/<int:pk>/", domains.domain, name="domain"),
    path("domains/<int:pk>/delete/", domains.domain_delete, name="domain_delete"),
    path("domains/<int:pk>/members/", domains.member_new, name="member_new"),
    path("domains/<int:pk>/members/<int:member>/", domains.member, name="member"),
    path(
        "domains/<int:pk>/members/<int:member>/delete/",
        domains.member_delete,
        name="member_delete",
    ),
    path("sensors/", sensor.sensors, name="sensors"),
    path("sensors/new/", sensor.sensor_new, name="sensor_new"),
    path("sensors/<int:pk>/", sensor.sensor, name="sensor"),
    path("sensors/<int:pk>/delete/", sensor.sensor_delete, name="sensor_delete"),
    path("sensors/<int:pk>/sources/", source.source_new, name="source_new"),
    path("sensors/<int:pk>/sources/<int:source>/", source.source, name="source"),
    path(
        "sensors/<int:pk>/sources/<int:source>/delete/",
        source.source_delete,
        name="source_delete",
    ),
    path("sensors/<int:pk>/senders/", sender.sender_new, name="sender_new"),
    path(
        "sensors/<int:pk>/senders/<int:token>/revoke/",
        sender.sender_revoke,
        name="sender_revoke",
    ),
    path("audit/", trail.audit, name="audit"),
    path(
        "api/v1/preferences/<str:name>",
        preferences.preference,
        name="api-preference",
    ),
]
