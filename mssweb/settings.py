"""Every setting of the product, read from the environment; see docs/settings.md."""

import os
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from mssweb import env

# Before anything imports Polars: its own threads cost a small batch twice the time, and
# ingest has threads of its own for large ones.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.text("MSS_HOME") or BASE_DIR / "var").resolve()
VERSION = "0.1.0"

DEBUG = env.flag("MSS_DEBUG")
SECRET_KEY = env.text("MSS_SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "MSS_SECRET_KEY is not set; script/server and script/manage set it"
    )
# The health of this machine is asked by its local name.
ALLOWED_HOSTS = [*env.words("MSS_ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.words("MSS_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "channels",
    "sensors",
    "events",
    "ingest",
    "exporters",
    "mssweb",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "csp",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mssweb.packed.PackedMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sensors.passwords.ChangeFirstMiddleware",
    "sensors.tokens.TokenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "mssweb.calls.described_calls",
]
ROOT_URLCONF = "mssweb.urls"
ASGI_APPLICATION = "mssweb.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sensors.views.session.rights",
            ],
        },
    }
]

# -- PostgreSQL. A generic plan would lock every segment, so plans are never generic.
DATABASE_URL = env.text("DATABASE_URL", "postgresql://localhost/mssweb")
DATABASES = {"default": env.database(DATABASE_URL)}
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DATABASES["default"]["OPTIONS"]["options"] = (
    "-c plan_cache_mode=force_custom_plan -c lock_timeout=10s"
)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis or Valkey: the channel layer and Celery. No event passes through it.
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # redis-py 8 ends an idle read after 5 s unless told not to.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            "prefix": "mss",
            # A killed process is forgotten after so long; the living renew hourly.
            "group_expiry": 7_200,
        },
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# -- Accounts
AUTH_USER_MODEL = "sensors.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
SESSION_COOKIE_AGE = env.number("MSS_SESSION_HOURS", 168) * 3600
# A name is locked for the address that guessed, so nobody can lock others out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.number("MSS_LOGIN_ATTEMPTS", 5)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("MSS_LOGIN_LOCK_MINUTES", 15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_LOCKOUT_CALLABLE = "sensors.views.login.locked_out"
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# -- Pages
TLS = env.flag("MSS_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
CSRF_FAILURE_VIEW = "mssweb.errors.csrf_failed"
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# -- Receiving
SYSLOG_PORT = env.number("MSS_SYSLOG_PORT", 5514)
# 514 beside it, where the launcher found that it may be bound.
SYSLOG_PORTS = [SYSLOG_PORT, *env.numbers("MSS_SYSLOG_ALSO")]
SYSLOG_HOST = env.text("MSS_SYSLOG_HOST", "")  # empty: every address, both families
SYSLOG_TLS_PORT = env.number("MSS_SYSLOG_TLS_PORT", 6514)  # 0: none
HTTP_PORT = env.number("MSS_HTTP_PORT", 8088)  # 0: none
HTTP_TLS = env.choice("MSS_HTTP_TLS", "offered", ("offered", "required"))
HTTP_MAX_BYTES = env.number("MSS_HTTP_MAX_MIB", 16) << 20
UNIX_SOCKET = env.path("MSS_UNIX_SOCKET")  # None: none
FILES = env.words("MSS_FILES")  # patterns of paths
# Interfaces on which syslog to these ports is read while it travels elsewhere.
SNIFF = env.words("MSS_SNIFF")
SNIFF_PORTS = env.numbers("MSS_SNIFF_PORTS") or [514, 601, 5514]
# The product's own CA and certificate, or the operator's (with its chain).
RESOLVE_HOSTS = env.flag("MSS_RESOLVE_HOSTS", True)

TLS_DIR = env.path("MSS_TLS_DIR") or HOME / "tls"
CERTIFICATE = env.path("MSS_CERTIFICATE")
CERTIFICATE_KEY = env.path("MSS_CERTIFICATE_KEY")
CERTIFICATE_NAMES = env.words("MSS_CERTIFICATE_NAMES")
CLIENT_CERTIFICATES = env.choice(
    "MSS_CLIENT_CERTIFICATES", "none", ("none", "asked", "required")
)
CLIENT_CA = env.path("MSS_CLIENT_CA")  # None: the product's own
JOURNAL_DIR = Path(env.text("MSS_JOURNAL_DIR") or HOME / "journal")
JOURNAL_MAX_BYTES = env.number("MSS_JOURNAL_MAX_MIB", 4096) << 20
MAX_LINE_BYTES = env.number("MSS_MAX_LINE_BYTES", 65_536)
MAX_CONNECTIONS = env.number("MSS_MAX_CONNECTIONS", 2_000)
MAX_CONNECTIONS_PER_PEER = env.number("MSS_MAX_CONNECTIONS_PER_PEER", 500)
IDLE_SECONDS = env.number("MSS_IDLE_SECONDS", 900)
UDP_BUFFER_BYTES = env.number("MSS_UDP_BUFFER_BYTES", 8 << 20)

# -- Keeping
RETENTION_DAYS = env.number("MSS_RETENTION_DAYS", 90)
RETENTION_BYTES = env.number("MSS_RETENTION_GIB", 50) << 30
SEGMENT_ROWS = env.number("MSS_SEGMENT_ROWS", 1_000_000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {"foreseen": {"()": "mssweb.logs.Foreseen"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["foreseen"],
        }
    },
    # Of channels_redis: at every batch, that a page which was killed does not read.
    "loggers": {"axes": {"level": "WARNING"}, "channels_redis": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": env.text("MSS_LOG_LEVEL", "INFO")},
}
