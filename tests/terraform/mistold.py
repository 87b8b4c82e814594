"""What the functions may be told wrongly; a part of `carelessness`, caught by the rules of `environment`."""

from __future__ import annotations

from tests.terraform.mistakes import Mistake

_INSIDE = "modules/function/main.tf"

MISTOLD = (
    Mistake(
        "secret as a plain value",
        _INSIDE,
        "locals",
        r"(LOG_EXECUTION_ID += \"true\")",
        r'\1, ALGOLIA_API_KEY = "an actual key"',
        "enrich: ALGOLIA_API_KEY is in plain sight",
        "secrets_are_no_plain_variables",
    ),
    Mistake(
        "misspelled variable",
        "functions.tf",
        "locals",
        r"TAKE_OVER_ATTRIBUTES ",
        "TAKE_OVER_ATRIBUTES ",
        "enrich: TAKE_OVER_ATRIBUTES is read by no class",
        "every_variable_is_read",
    ),
    Mistake(
        "forgotten variable",
        "functions.tf",
        "locals",
        r"CLIENT_BURST +=.*\n",
        "",
        "search: CLIENT_BURST is not set",
        "every_field_is_set",
    ),
    Mistake(
        "value that the class refuses",
        "functions.tf",
        "locals",
        r"(CLIENT_RATE +=).*",
        r"\1 -1",
        "search: CLIENT_RATE",
        "settings_accept_what_is_set",
    ),
    Mistake(
        "time-out that is too short",
        "functions.tf",
        "locals",
        r"(search_timeout =).*",
        r"\1 190",
        "and is ended after 190",
        "search_may_end",
    ),
    Mistake(
        "address of a stand-in",
        "functions.tf",
        "locals",
        r"RECOGNIZER +=",
        r'ALGOLIA_HOSTS = "http://127.0.0.1:7700"'
        "\n"
        r"\g<0>",
        "search: ALGOLIA_HOSTS",
        "no_local_variable_is_set",
    ),
    Mistake(
        "functions that see differently",
        "functions.tf",
        "locals",
        r"PARKED_TOPIC +=",
        "MAX_LABELS = 5\n"
        r"\g<0>",
        "MAX_LABELS: 5 for enrich",
        "both_see_alike",
    ),
)
