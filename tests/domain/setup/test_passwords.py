"""Passwords of channel databases: never shown, and kept where a shown setup is applied again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.setup.passwords import masked_document, masked_url, with_kept_passwords

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N"), include_characters="!$*+,-._~%"), min_size=1)


def document(**urls: str) -> dict[str, object]:
    lines = [{"name": name, "group": "Default", "url": url} for name, url in urls.items()]
    return {"channel_databases": lines, "companies": []}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://shop:s3cret@db/shop", "postgresql://shop:***@db/shop"),
        ("mssql+pyodbc://sa:p@ss:w0rd@db:1433/ax?driver=ODBC", "mssql+pyodbc://sa:***@db:1433/ax?driver=ODBC"),
        ("mysql://db/shop?user=a&password=s3cret&charset=utf8", "mysql://db/shop?user=a&password=***&charset=utf8"),
        ("mssql://db/ax?PWD=s3cret;Encrypt=yes", "mssql://db/ax?PWD=***;Encrypt=yes"),
        ("sqlite:///channel.db", "sqlite:///channel.db"),
        ("postgresql://shop@db/shop", "postgresql://shop@db/shop"),
        ("shop/channels/houston", "shop/channels/houston"),
        ("sqlite:///a@b:c.db", "sqlite:///a@b:c.db"),
    ],
)
def test_a_password_in_an_address_is_masked_and_nothing_else(url: str, shown: str) -> None:
    assert masked_url(url) == shown
    assert masked_url(shown) == shown


@given(WORDS, WORDS)
def test_a_setup_that_is_shown_and_applied_again_keeps_its_passwords(user: str, password: str) -> None:
    active = document(houston=f"postgresql://{user}:{password}@db/shop", oslo="postgresql://a:other@db/shop")

    assert with_kept_passwords(masked_document(active), active) == active


def test_a_masked_address_of_another_database_is_left_as_it_is() -> None:
    active = document(houston="postgresql://shop:s3cret@db/shop")
    given = document(oslo="postgresql://shop:***@db/shop", houston="postgresql://shop:***@elsewhere/shop")

    assert with_kept_passwords(given, active) == given


@pytest.mark.parametrize("lines", [None, "text", [], [7], [{"name": ["x"], "url": "postgresql://a:***@b"}]])
def test_a_document_that_is_not_sound_comes_back_for_the_reader_to_refuse(lines: object) -> None:
    given: dict[str, object] = {"channel_databases": lines}

    assert with_kept_passwords(given, document(houston="sqlite:///x.db")) == given
