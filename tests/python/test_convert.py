"""Files of SAS, Stata and SPSS become what the gate reads, in pieces of bounded memory, and say where they lie."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import shlex
from pathlib import Path

import pandas
import pyreadstat
import pytest
from click.testing import CliRunner
from test_layouts import texts_in

from vardkoer import gate
from vardkoer.cli import vardkoer
from vardkoer.convert import convert
from vardkoer.paths import SEEDS


@pytest.mark.parametrize("suffix", [".dta", ".sav"])
def test_a_file_of_stata_or_spss_is_converted_in_pieces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """Numbers, texts, dates and what is missing come out as the gate reads them; whose they are is nobody else's."""
    frame = pandas.DataFrame(
        {
            "LopNr": [1.0, 2.0, 3.0],
            "LAN": ["01", "14", "01"],
            "KOMMUN": ["80", "80", ""],
            "SJUKHUS": [10013.0, None, 10013.0],
            "INDATUM": pandas.to_datetime(["2025-07-01", None, "2025-07-03"]),
            "HDIA": ["M160", "", "S720"],
            "OP": ["NFB49 AAA99", "NFB49", "CJE20"],
        }
    )
    source = tmp_path / f"ut_r_par_ov{suffix}"
    {".dta": pyreadstat.write_dta, ".sav": pyreadstat.write_sav}[suffix](frame, str(source))
    (tmp_path / "par" / "sv").mkdir(parents=True)
    assert convert(source, tmp_path / "par" / "ov", rows_at_a_time=2) == 0
    said = capsys.readouterr()
    assert said.out == "3 rows\n"
    assert "will lie in" in said.err
    assert [path.name for path in sorted((tmp_path / "par" / "ov").iterdir())] == [
        "ut_r_par_ov_00001.parquet",
        "ut_r_par_ov_00002.parquet",
    ]
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "par" / "ov").iterdir()} == {0}
    assert texts_in(tmp_path / "par", "personnummer") == ["1", "2", "3"]
    assert texts_in(tmp_path / "par", "lkf") == ["0180", "1480", "01"]
    assert texts_in(tmp_path / "par", "sjukhus") == ["10013", None, "10013"]
    assert texts_in(tmp_path / "par", "indatum") == [dt.date(2025, 7, 1), None, dt.date(2025, 7, 3)]
    assert texts_in(tmp_path / "par", "hdia") == ["M160", None, "S720"]
    assert convert(source, tmp_path / "par" / "ov") == 3
    assert "is already there as it would be written; " in capsys.readouterr().out


TEXT = "LOPNR;LAN;KOMMUN;SJUKHUS;INDATUM;HDIA;OP\n1;01;80;10013;20250701;†H25;CJE20\n2;14;80;10013;20250701;€;CJE20\n"


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16"])
@pytest.mark.parametrize("name", ["ett uttag.csv", "uttag.TXT.gz"])
def test_what_the_refusal_of_a_text_says_to_type_makes_it_readable(tmp_path: Path, name: str, encoding: str) -> None:
    """In the folder of the extract, where both would be read, or the old one be refused again."""
    for folder in ("sv", "ov"):
        (tmp_path / "par" / folder).mkdir(parents=True)
    source = tmp_path / "par" / "ov" / name
    content = TEXT.replace("\n", "\r\n").encode(encoding)
    source.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(gate.RefusalError) as refused:
        gate.check_extract(tmp_path / "par", SEEDS)
    found = re.search(r"or type python -m vardkoer (.+) and take this file away$", str(refused.value))
    assert found, str(refused.value)
    answer = CliRunner().invoke(vardkoer, shlex.split(found[1]))
    assert answer.exit_code == 0, answer.output
    source.unlink()
    assert texts_in(tmp_path / "par", "hdia") == ["†H25", "€"]
    (written,) = (tmp_path / "par" / "ov").iterdir()
    assert written.name == f"utf8_{name}"
    assert written.stat().st_mode & 0o077 == 0
    # what is UTF-8 is left as it is
    assert convert(written, tmp_path / "par" / "ov") == 3


@pytest.mark.parametrize("name", ["a.sas7bdat", "a.dta", "a.sav", "a.csv", "a.csv.gz", "a.xlsx"])
def test_what_cannot_be_converted_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).write_bytes(b"not what it says \x81" * 100)
    assert convert(tmp_path / name, tmp_path / "par") == 3
    assert re.search(rf"^file=\S+/{name}: [^\n;]+; [^\n]+$", capsys.readouterr().out, re.MULTILINE)
    assert convert(tmp_path / f"no{name}", tmp_path / "par") == 3
