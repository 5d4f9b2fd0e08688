"""The settings of contract section 1."""

from __future__ import annotations

import os

import pytest

from vardkoer import paths


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        (b"", "is not set"),
        (b"a", "is shorter than 16 bytes"),
        (b"   ", "is shorter than 16 bytes"),
        (b" " * 40, "is shorter than 16 bytes"),
        (b"fifteen letters", "is shorter than 16 bytes"),
        ("\u00a0".encode() * 16, "is shorter than 16 bytes"),
        (b"\xff" * 16, "is not UTF-8"),
        ("sixteen letters å".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_a_secret_that_is_none_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, secret: bytes, message: str
) -> None:
    monkeypatch.setenv("PAR_PATH", "/somewhere")
    monkeypatch.setitem(os.environ, "PERSON_KEY_SECRET", os.fsdecode(secret))
    with pytest.raises(paths.SetupError) as caught:
        paths.person_key_secret()
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"PERSON_KEY_SECRET {message}")


@pytest.mark.parametrize("secret", ["sixteen letters.", "åäöåäöåä", " sixteen letters. "])
def test_a_secret_of_sixteen_bytes_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("PERSON_KEY_SECRET", secret)
    assert paths.person_key_secret() == secret.encode()


def test_only_the_sample_has_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAR_PATH", "PERSON_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert paths.person_key_secret() == paths.SAMPLE_SECRET.encode()
    monkeypatch.setenv("PERSON_KEY_SECRET", "short")
    with pytest.raises(paths.SetupError):
        paths.person_key_secret()
