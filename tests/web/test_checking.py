"""The checking client itself: every fault planted in a good page is found; the good page passes."""

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from tests.web.checking import CheckingClient, PageFault, faults_of_headers, faults_of_page

GOOD = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Une page – Carnet de droits</title>
<script type="module" src="/static/a.js"></script></head>
<body><main>
<h1>Une page</h1>
<p id="aide">L’école répond «\u202foui\u202f»\u00a0: est-ce vrai\u202f? <code>it's</code>
à 10:30 &amp; <a href="#aide">voir</a></p>
<h2>Suite</h2>
<form method="post" action="/ici"><input type="hidden" name="csrf_token" value="x">
<label for="nom">Nom</label><input id="nom" name="nom" aria-describedby="aide">
<fieldset><legend>Choix</legend><label><input type="radio" name="c" value="1"> Oui</label></fieldset>
<button>Continuer</button></form>
<img src="/static/a.png" alt=""><svg aria-hidden="true"></svg>
<a href="https://www.cnil.fr/">cnil.fr</a>
</main></body></html>"""

PLANTED = {
    "a tag never closed": ("<h2>Suite</h2>", "<h2>Suite"),
    "no language": ('<html lang="fr">', "<html>"),
    "no viewport": ('<meta name="viewport" content="width=device-width">', ""),
    "no main": ("<main>", "<div>"),
    "two h1": ("<h2>Suite</h2>", "<h1>Suite</h1>"),
    "no h1": ("<h1>Une page</h1>", ""),
    "title unlike the h1": ("<h1>Une page</h1>", "<h1>Autre page</h1>"),
    "title without the name of the site": (" – Carnet de droits", ""),
    "heading level skipped": ("<h2>Suite</h2>", "<h3>Suite</h3>"),
    "empty heading": ("<h2>Suite</h2>", "<h2></h2>"),
    "id twice": ("<h2>", '<h2 id="aide">'),
    "description that does not exist": ('aria-describedby="aide"', 'aria-describedby="absent"'),
    "link inside the page that leads nowhere": ('href="#aide"', 'href="#absent"'),
    "label without control": ('<label for="nom">', '<label for="prenom">'),
    "control without label": ('<label for="nom">Nom</label>', ""),
    "fieldset without legend": ("<legend>Choix</legend>", ""),
    "button without text": ("<button>Continuer</button>", "<button></button>"),
    "form without method": ('method="post" ', ""),
    "form without action": (' action="/ici"', ""),
    "form sent elsewhere": ('action="/ici"', 'action="https://exemple.fr/"'),
    "form without token": ('<input type="hidden" name="csrf_token" value="x">', ""),
    "token in an address": ('method="post"', 'method="get"'),
    "inline style": ("<h2>", '<h2 style="color:red">'),
    "inline style sheet": ("</head>", "<style>p{}</style></head>"),
    "inline script": ("</head>", "<script>1</script></head>"),
    "inline handler": ("<h2>", '<h2 onclick="x()">'),
    "script in an address": ('href="https://www.cnil.fr/"', 'href="javascript:x()"'),
    "script from elsewhere": ('src="/static/a.js"', 'src="//exemple.fr/a.js"'),
    "image from elsewhere": ('src="/static/a.png"', 'src="https://exemple.fr/a.png"'),
    "image without alternative": (' alt=""', ""),
    "drawing neither hidden nor named": (' aria-hidden="true"', ""),
    "link without text": (">cnil.fr</a>", "></a>"),
    "link that opens a window": ('<a href="https', '<a target="_blank" href="https'),
    "straight apostrophe": ("L’école", "L'école"),
    "plain space before a question mark": ("vrai\u202f?", "vrai ?"),
    "plain space inside guillemets": ("«\u202foui\u202f»", "« oui »"),
    "plain space before a colon": ("\u00a0: est", " : est"),
    "non-breaking hyphen": ("est-ce", "est\u2011ce"),
}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
}


def test_a_good_page_has_no_fault() -> None:
    assert faults_of_page(GOOD) == []


def test_a_refused_form_may_say_so_in_its_title() -> None:
    assert faults_of_page(GOOD.replace("<title>", "<title>Erreur\u00a0: ")) == []


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_fault_is_found(name: str) -> None:
    before, after = PLANTED[name]
    assert before in GOOD
    assert faults_of_page(GOOD.replace(before, after))


@pytest.mark.parametrize("name", HEADERS)
def test_each_missing_header_is_found(name: str) -> None:
    assert faults_of_headers(Headers(HEADERS)) == []
    assert faults_of_headers(Headers({key: value for key, value in HEADERS.items() if key != name}))


def test_a_policy_that_lets_inline_code_run_is_found() -> None:
    weak = HEADERS | {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'"}
    assert faults_of_headers(Headers(weak)) == ["the content policy holds 'unsafe-inline'"]


def test_the_client_refuses_a_page_with_a_fault_and_says_which() -> None:
    app = Flask(__name__)
    app.test_client_class = CheckingClient
    app.add_url_rule("/juste", "good", lambda: (GOOD, HEADERS))
    app.add_url_rule("/faux", "bad", lambda: (GOOD.replace(' alt=""', ""), HEADERS))
    app.add_url_rule("/nu", "bare", lambda: GOOD)
    client = app.test_client()
    assert client.get("/juste").status_code == 200
    with pytest.raises(PageFault, match="has no alt"):
        client.get("/faux")
    with pytest.raises(PageFault, match="Content-Security-Policy"):
        client.get("/nu")
