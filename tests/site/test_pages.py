"""The pages as a browser gets them, without a browser: content, markup rules, weight."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.catalogue import catalogue
from bot.directory.store import Directory
from bot.settings import Settings, settings
from bot.site.content import HELP
from bot.site.pages import HERE, site_routes
from bot.site.texts import site_catalogue

PAGES = ["/", "/chat", "/vragen", "/hulp", "/meldcode", "/privacy", "/toolbox", "/toolbox/les", "/bestaat/niet"]
HEAVIEST = 25 * 1024  # bytes of script and style together, gzipped


def client_for(config: Settings) -> TestClient:
    return TestClient(Starlette(routes=site_routes(config, catalogue(), Directory.from_files())))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_for(settings())


class Markup(HTMLParser):
    """Collects what a strict content security policy refuses, and what a page loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.refused += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.refused.append(tag)
        if tag in ("script", "img", "iframe"):
            self.loads.append(values.get("src") or "")
        if tag == "link":
            self.loads.append(values.get("href") or "")


@pytest.mark.parametrize("path", PAGES[:-1])
def test_a_page_has_no_inline_script_or_style_and_loads_only_our_own(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    markup = Markup(response.text)
    assert markup.refused == []
    assert all(address.startswith("/") for address in markup.loads)
    assert "set-cookie" not in response.headers


def test_script_and_style_of_the_chat_stay_light(client: TestClient) -> None:
    loads = [address for address in Markup(client.get("/chat").text).loads if address.endswith((".js", ".css"))]
    assert len(loads) >= 4
    assert sum(len(gzip.compress(client.get(address).content, 9)) for address in loads) <= HEAVIEST


def test_every_answer_has_a_page_that_is_linked_once(client: TestClient) -> None:
    listed = re.findall(r'href="/vragen/([a-z_]+)"', client.get("/vragen").text)
    assert sorted(listed) == sorted(catalogue().topics())
    for topic in listed:
        response = client.get(f"/vragen/{topic}")
        assert response.status_code == 200
        first = catalogue()[f"utter_faq/{topic}"].text.split("\n")[0].split("{")[0].split("'")[0]
        assert first in response.text.replace("&#39;", "'")
        assert not re.search(r"\{[a-z_0-9.]+\}", response.text), "a placeholder was left"


def test_an_unknown_question_is_a_friendly_404(client: TestClient) -> None:
    response = client.get("/vragen/bestaat_niet")
    assert response.status_code == 404
    assert site_catalogue()["missing/title"].text in response.text
    assert client.get("/toolbox/posters/bestaat_niet").status_code == 404


def test_every_contact_that_may_be_shown_is_on_the_help_page(client: TestClient) -> None:
    html = client.get("/hulp").text
    for contact in Directory.from_files().contacts.values():
        assert any(contact.kind in kinds for kinds in HELP.values())
        assert (contact.name in html) == (not contact.regions)


def test_every_number_on_a_page_dials_what_it_shows(client: TestClient) -> None:
    for path in PAGES[:-1]:
        for dialled, label in re.findall(r'href="tel:([^"]+)"[^>]*>(.*?)</a>', client.get(path).text, re.DOTALL):
            shown = re.search(r"[\d][\d -]*\d", re.sub(r"<[^>]+>", " ", label))
            assert shown is not None
            assert re.sub(r"\D", "", shown.group()) == dialled


def test_a_municipality_brings_the_contact_of_its_region(client: TestClient) -> None:
    contact = next(c for c in Directory.from_files().contacts.values() if c.regions and c.phone)
    place = next(m for m in Directory.from_files().municipalities.values() if m.vr in contact.regions)
    assert contact.name not in client.get("/chat").text
    assert contact.name in client.get("/chat", params={"gemeente": place.name}).text
    assert client.get("/chat", params={"gemeente": "<script>"}).text.count("<script>") == 0


def test_the_settings_of_a_municipality_show_everywhere(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    path = tmp_path / "gemeente.yml"
    path.write_text(
        "name: Wegwijs Voorbeeld\norganisation: Gemeente Voorbeeld\nsite_url: https://wegwijs.voorbeeld.nl\n"
        'exit_url: https://www.weer.nl\ncolours: {action: "#7a1f5c"}\nlogo: logo.svg\nclosing: Je bent niet alleen.\n'
        "contact: {name: Team Jeugd, phone: 010-000 00 00, anonymous: Dat mag., verified_on: 2026-11-01}\n"
    )
    client = client_for(Settings(appearance=path))
    home, chat = client.get("/").text, client.get("/chat").text
    for expected in ("Wegwijs Voorbeeld", "Je bent niet alleen.", "https://www.weer.nl"):
        assert expected in home
        assert expected in chat
    assert "Gemeente Voorbeeld" in home
    assert "Team Jeugd" in home
    assert "010-000 00 00" in chat
    assert 'content="https://wegwijs.voorbeeld.nl/static/share.png"' in home
    assert "#7a1f5c" in client.get("/appearance.css").text
    assert client.get("/logo").headers["content-type"] == "image/svg+xml"
    assert "wegwijs.voorbeeld.nl" in client.get("/toolbox/posters/die_foto").text
    assert client_for(settings()).get("/logo").status_code == 404


def test_the_share_card_gives_nobody_away(client: TestClient) -> None:
    head = client.get("/").text.partition("</head>")[0].lower()
    for word in ("mensenhandel", "uitbuiting", "loverboy", "seks", "slachtoffer"):
        assert word not in head


def test_the_widget_is_a_script_that_knows_where_to_flee(client: TestClient) -> None:
    response = client.get("/widget.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert "https://www.buienradar.nl" in response.text
    assert "innerHTML" not in response.text


def test_no_script_of_ours_makes_html_from_text_or_stores_anything() -> None:
    sources = [*(HERE / "static").glob("*.js"), HERE / "templates" / "widget.js"]
    assert len(sources) == 3
    for path in sources:
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|sessionStorage|indexedDB|\.cookie",
            path.read_text(encoding="utf-8"),
        )
        assert found == [], path.name
