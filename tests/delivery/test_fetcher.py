"""Nothing outside the three faces can be reached while a letter is laid out, and no socket is ever opened."""

import socket

import pytest
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError

from app.delivery.errors import ForbiddenResource
from app.delivery.fetcher import HouseFetcher
from app.delivery.pdf import render_pdf

ADDRESSES = (
    "http://169.254.169.254/latest/meta-data/",
    "https://exemple.example/a",
    "http://localhost:1/redirige",
    "ftp://exemple.example/a",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:text/css,p{}",
    "carnet-police:romain?x",
    "carnet-police:../romain",
    "carnet-police:inconnue",
    "carnet-police://romain",
    "CARNET-POLICE:romain",
    "pack://../x",
    "javascript:alert(1)",
)
CHANNELS = (
    '<img src="{}" alt="x">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">x</a>',
    "<style>@import url('{}');</style>",
    "<style>@import '{}';</style>",
    "<style>p {{ background: url('{}') }}</style><p>x</p>",
    "<style>li {{ list-style-image: url('{}') }}</style><ul><li>x</li></ul>",
    "<style>p::before {{ content: url('{}') }}</style><p>x</p>",
    "<style>p {{ border-image-source: url('{}'); border: 1px solid }}</style><p>x</p>",
    "<style>@page {{ background: url('{}') }}</style><p>x</p>",
    "<style>@font-face {{ font-family: x; src: url('{}') }} p {{ font-family: x }}</style><p>x</p>",
    '<object data="{}" type="image/svg+xml"></object>',
    '<embed src="{}" type="image/png">',
    '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    '<p style="background: url({})">x</p>',
)


@pytest.fixture(autouse=True)
def _no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("address", [*ADDRESSES[:7], "//exemple.example/a"])
def test_every_channel_is_refused(channel: str, address: str) -> None:
    page = f'<html lang="fr"><head><title>x</title></head><body>{channel.format(address)}</body></html>'
    if address.startswith("//"):
        # Without a base address it leads nowhere; with one it must be refused as any other.
        page = page.replace("<head>", '<head><base href="https://exemple.example/">')
    with pytest.raises(ForbiddenResource, match="du dehors"):
        render_pdf(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_whole_names_of_faces_open_the_door(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FatalURLFetchingError):
        HouseFetcher().fetch(address)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "exemple.example" not in caplog.text
    assert "passwd" not in caplog.text


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "base64" not in address])
def test_a_style_sheet_of_its_own_has_the_same_door(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        CSS(string=f"@import url('{address}');", url_fetcher=HouseFetcher())


@pytest.mark.parametrize("name", ["romain", "gras", "italique"])
def test_the_faces_are_served(name: str) -> None:
    response = HouseFetcher().fetch(f"carnet-police:{name}")
    assert response.read()[:4] == b"\x00\x01\x00\x00"


def test_an_address_printed_as_a_link_is_not_visited() -> None:
    page = '<html lang="fr"><title>x</title><body><a href="https://exemple.example/">x</a></body></html>'
    assert render_pdf(page).pages == 1
    assert HTML(string=page, url_fetcher=HouseFetcher()).render().pages
