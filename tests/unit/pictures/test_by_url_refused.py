"""URLs that lead nowhere: nothing is looked up and nothing is called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Permanent
from shared.pictures.addresses import HostNetwork
from shared.pictures.by_url import MAX_URL_LENGTH, PictureUrls


def forbidden(host: str) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def refusal(url: str) -> str:
    pictures = PictureUrls(["cdn.example", "*.shop.example"], max_bytes=10, network=HostNetwork(forbidden))
    with pytest.raises(Permanent) as caught:
        pictures.fetch(url)
    assert caught.value.reason == "url-refused"
    return str(caught.value)


REFUSED = {
    "anything but https with a host": (
        *("", "/a.jpg", "//cdn.example/a.jpg", "cdn.example/a.jpg", "http://cdn.example/a.jpg"),
        *("ftp://cdn.example/a.jpg", "file:///etc/passwd", "file://cdn.example/etc/passwd"),
        *("gopher://cdn.example/", "data:image/png;base64,AAAA", "gs://cdn.example/a.jpg", "https:"),
        *("https://", "https:///a.jpg", "https:/cdn.example/a.jpg", "https:cdn.example/a.jpg"),
        *("https://?cdn.example", "https://#cdn.example", "https://@/a.jpg", "https://:443/a.jpg"),
        "https://./a.jpg",
    ),
    "user names that hide a host": (
        *("https://user@cdn.example/", "https://user:secret@cdn.example/", "https://@cdn.example/"),
        *("https://:@cdn.example/", "https://cdn.example@evil.example/"),
        *("https://cdn.example:443@evil.example/", "https://cdn.example%40evil.example/"),
        *("https://evil.example@cdn.example/", "https://evil.example#@cdn.example/"),
        *("https://evil.example?@cdn.example/", "https://evil.example/@cdn.example/"),
        "https://evil.example;@cdn.example/",
        "https://cdn.example＠evil.example/",  # noqa: RUF001 full width is the point
    ),
    "addresses and bare names in every notation": tuple(
        f"https://{host}/a.jpg"
        for host in (
            *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.01", "017700000001"),
            *("1.1.1.1", "127.0.0.1.", "①②⑦.⓪.⓪.①", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"),
            *("[::ffff:7f00:1]", "[fd00:ec2::254]", "[fe80::1%25eth0]", "[2606:4700:4700::1111]"),
            *("[v1.cdn.example]", "[cdn.example]", "[::1", "::1]", "localhost", "metadata"),
        )
    ),
    "names that only look allowed": tuple(
        f"https://{host}/a.jpg"
        for host in (
            *("evil.example", "metadata.google.internal", "cdn.example.evil.example", "evilcdn.example"),
            *("a.cdn.example", "shop.example", "cdn.example%00.evil.example", "cdn.example%2eevil.example"),
            "сdn.example",  # noqa: RUF001 the first letter is Cyrillic
            *("xn--dn-jlc.example", "cdn.example℀.shop.example"),
            "cdn.example⁄.shop.example",  # noqa: RUF001 the stroke is no slash
            *("%63dn.example", "c_dn.shop.example", "cdn..example", "*.shop.example"),
        )
    ),
    "ports other than that of https": tuple(
        f"https://cdn.example:{port}/a.jpg"
        for port in ("80", "8443", "0", "-443", "443443", "99999", "x", "443:443", "4_43", "+443 ")
    ),
}


@pytest.mark.parametrize("url", [url for urls in REFUSED.values() for url in urls])
def test_what_leads_to_no_allowed_host_is_refused(url: str) -> None:
    refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        *(r"https:\\cdn.example\a.jpg", r"https://cdn.example\a.jpg"),
        *(r"https://cdn.example\@evil.example/", r"https://evil.example\@cdn.example/"),
        *(r"https://evil.example\.shop.example/", "https://cdn.example\t/a.jpg"),
        *("https://cdn.exa\nmple/a.jpg", "ht\ntps://cdn.example/a.jpg", " https://cdn.example/a.jpg"),
        *("https://cdn.example/a.jpg ", "\x00https://cdn.example/a.jpg", "https://cdn.example/\x00"),
        *("https://cdn.example/a.jpg HTTP/1.1\r\nHost: evil.example", "https://cdn.example/a\x7f"),
        *("https://cdn.example/\u2028", "https://cdn\u200b.example/", "https://cdn\u00ad.example/"),
        "https://cdn.example/\ud800",
    ],
)
def test_backslashes_and_characters_nobody_sees_are_refused(url: str) -> None:
    assert "backslashes" in refusal(url)


def test_a_url_of_boundless_length_is_refused() -> None:
    assert "longer" in refusal("https://cdn.example/" + "a" * MAX_URL_LENGTH)


@pytest.mark.parametrize("start", ["https://evil.example", "http://cdn.example"])
def test_a_refusal_does_not_repeat_the_url(start: str) -> None:
    assert "secret" not in refusal(f"{start}/secret-path?token=secret#x")


@settings(max_examples=50)
@given(url=st.text() | st.builds("https://{}evil.example{}".format, st.text(), st.text()))
def test_no_other_text_is_an_allowed_url(url: str) -> None:
    refusal(url)
