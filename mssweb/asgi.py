"""The ASGI application: pages and API by Django, WebSockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssweb.settings")
pages = get_asgi_application()

from events.routing import websocket_urlpatterns  # noqa: E402  (needs Django set up)
from mssweb.steady import Steady  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Steady(pages),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
