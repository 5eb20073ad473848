"""`/api/v1/preferences/NAME`: what the scripts of the pages keep for a user."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sensors import preferences
from sensors.preferences import NAMES, WrongPreference
from sensors.tokens import refuse
from sensors.views.session import user_of


@never_cache
@require_http_methods(["GET", "HEAD", "PUT"])
def preference(request: HttpRequest, name: str) -> HttpResponse:
    """GET gives the value or `null`; PUT replaces it, `null` forgets it."""
    user = user_of(request)
    if name not in NAMES:
        return refuse(f"There is no preference {name[:40]!r}.", 404)
    if request.method == "PUT":
        try:
            preferences.keep(user, name, request.body)
        except WrongPreference as error:
            return refuse(str(error), 400)
        return HttpResponse(status=204)
    return JsonResponse(preferences.some(user, [name]).get(name), safe=False)
