"""What a page opens with when its address asks for nothing."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from events import searches
from sensors.views.session import user_of

View = Callable[[HttpRequest], HttpResponse]


def opens_default(page: str) -> Callable[[View], View]:
    """A page that, without a query string, leads to the user's default search."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest) -> HttpResponse:
            if not request.META.get("QUERY_STRING"):
                address = searches.default_address(user_of(request), page)
                if address:
                    return HttpResponseRedirect(f"{request.path}?{address}")
            return view(request)

        return opened

    return decorate
