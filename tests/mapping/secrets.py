"""Lines with made-up secrets, and lines that only look like it. The secrets are made when the tests run.

No file of this repository has one in it: whoever searches it for leaked secrets finds none.
"""

import hashlib
import string
from collections.abc import Mapping
from typing import Final

WORDS: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
UPPER: Final = string.ascii_uppercase + "234567"
LOWER: Final = string.ascii_lowercase + string.digits


def made(length: int, letters: str = WORDS, seed: str = "a") -> str:
    """Give letters as a generator of secrets would, the same every time."""
    bits = int.from_bytes(
        b"".join(hashlib.sha256(f"{seed}{part}".encode()).digest() for part in range(length // 8 + 1))
    )
    found = ""
    while len(found) < length:
        bits, at = divmod(bits, len(letters))
        found += letters[at]
    return found


SECRETS: Final[Mapping[str, tuple[str, str]]] = {
    "AWS key id": ('KEY_ID = "{}"', "AKIA" + made(16, UPPER)),
    "AWS secret key": ('aws_secret_access_key = "{}"', made(40)),
    "GitHub token": ('def push(token="{}"):', "ghp_" + made(36)),
    "GitHub OAuth": ('OAUTH = "{}"', "gho_" + made(36)),
    "GitHub app": ("export APP={}", "ghs_" + made(36)),
    "GitHub fine-grained": ('T = "{}"', "github_pat_" + made(82)),
    "GitLab token": ('const t = "{}"', "glpat-" + made(20)),
    "GitLab runner": ('runner = "{}"', "glrt-" + made(20)),
    "Slack bot": ('bot = "{}"', f"xoxb-{made(11, string.digits)}-{made(11, string.digits)}-{made(24)}"),
    "Slack hook": ('HOOK = "https://{}"', f"hooks.slack.com/services/T{made(8)}/B{made(10)}/{made(24)}"),
    "Stripe live": ('stripe.api_key = "{}"', "sk_live_" + made(24)),
    "Stripe restricted": ("KEY='{}'", "rk_live_" + made(24)),
    "Google API key": ('var MAPS = "{}"', "AIza" + made(35)),
    "npm": ('//registry/:_authToken="{}"', "npm_" + made(36, LOWER)),
    "PyPI": ('upload = "{}"', "pypi-AgEIcHlwaS5vcmc" + made(60)),
    "SendGrid": ('mail(key="{}")', "SG." + made(66, LOWER)),
    "Twilio": ('client = Client("{}")', "SK" + made(32, HEX)),
    "Hugging Face": ('login("{}")', "hf_" + made(34, string.ascii_letters)),
    "DigitalOcean": ('do = "{}"', "dop_v1_" + made(64, HEX)),
    "Shopify": ('shop = "{}"', "shpat_" + made(32, HEX)),
    "JWT": ('TOKEN = "{}"', f"eyJ{made(30)}.eyJ{made(40)}.{made(43)}"),
    "Vault": ('vault = "{}"', "hvs." + made(96)),
    "Databricks": ('dbx = "{}"', "dapi" + made(32, HEX)),
    "Postman": ('pm = "{}"', f"PMAK-{made(24, HEX)}-{made(34, HEX)}"),
    "age": ('AGE = "{}"', "AGE-SECRET-KEY-1" + made(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
    "Linear": ('linear = "{}"', "lin_api_" + made(40, LOWER)),
    "generic API key": ('api_key: str = "{}"', made(32, seed="g")),
    "generic secret": ('CLIENT_SECRET = "{}"', made(40, HEX, seed="s")),
    "private key": ('PEM = """-----BEGIN RSA PRIVATE KEY----- {}', "MII" + made(120)),
    "EC key, folded": ("key = '-----BEGIN EC PRIVATE KEY-----\\n{}'", made(64)),
    "database URL": ('DSN = "postgres://app:{}@db.internal/x"', "s3cr3t" + made(6)),
    "AMQP URL": ('BROKER = "amqp://guest:{}@mq:5672//"', "gu3st" + made(5)),
    "bearer header": ('headers = {"Authorization": "Bearer {}"}', made(40, seed="b")),
    "basic header": ('-H "Authorization: Basic {}"', made(24, seed="c") + "=="),
    "password": ('def connect(user, password="{}"):', "Tr0ub4dor&" + made(3)),
    "password in PHP": ("$passwd = '{}';", "hunter2!" + made(4)),
    "typed password": ('const password: string = "{}"', "corr3ct-h0rse"),
    "cut off": ('BLOB = "{}…', made(60, seed="e")),
}
"""A line, and the secret that stands in it at `{}`."""

LOOK_ALIKES: Final = (
    'PASSWORD_FIELD = "password"',
    "def set_password(self, raw_password: str, *, salt=None) -> None",
    'primary_key = "user_id_and_tenant_id_2"',
    "class TokenStore(BaseStore[Token])",
    "def test_user_with_a_token_of_2_weeks_is_refused_in_production_mode(client)",
    'VERSION = "2024.10.3-rc1+build.20241003"',
    'url = "https://example.com/user/123456789012/repository"',
    'URL = "https://{user}:{password}@{host}/"',
    'DSN = "postgres://user:$PASSWORD@localhost/db"',
    "password = os.environ['DATABASE_PASSWORD_2']",
    'id = "123e4567-e89b-12d3-a456-426614174000"',
    'color = "#a0b1c2"',
    'SHA256_EMPTY = "' + hashlib.sha256(b"").hexdigest() + '"',
    "static const uint8_t SBOX_TABLE_256[256]",
    'token_url = "https://auth.example.com/oauth2/v2.0/token"',
    'key = "keyboard-navigation-2"',
    'API_VERSION = "2021-08-06T00:00:00Z"',
    "int utf8_decode_16_bits_at_once(const char *in, size_t n)",
    'SECRET_KEY = get_random_secret_key_from_settings("v2")',
    'content_type = "application/vnd.api+json; version=1.0"',
    'author = "somebody@example.com"',
    "public static final String AUTHORIZATION_HEADER_1 = HttpHeaders.AUTHORIZATION",
    'CSRF_TOKEN = "csrfmiddlewaretoken"',
    'password="********"',
)
"""Lines that stay as they are."""
