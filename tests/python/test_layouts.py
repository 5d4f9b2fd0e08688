"""The register as people have it: the same contacts give the same counts in each layout, and what it lacks is said."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from compiled_project import GRANT_MARTS, MARTS, CompiledProject
from extracts import identity, numbered_person
from layout_files import (
    CONTRACT_FORMS,
    EXAMPLES,
    FORMS,
    LAYOUTS,
    random_extract,
    write_examples,
    write_extract_in,
    write_file,
)

from vardkoer import gate, paths
from vardkoer.cli import vardkoer
from vardkoer.gate import sources
from vardkoer.gate.look import look
from vardkoer.paths import PROJECT, SEEDS
from vardkoer.reading import swedish
from vardkoer.reading.release import open_release

COUNTS = (
    "select * from warehouse.marts.operation_counts where settlement_id in "
    "('2025_additional_payment', '2025_additional_followup', '2025_block2_payment', '2025_block2_followup')"
)
GAPS = (
    "select distinct gap from warehouse.marts.settlement_gaps where settlement_id = '2025_additional_payment' "
    "and region_code is null and gap != 'cutoff_not_reached'"
)
STATUSES = (
    "select distinct status from warehouse.marts.grant_allocations where settlement_id = '2025_additional_followup' "
    "and region_code = '01'"
)
# What only the contract's own columns can say.
WITHOUT_VINTAGE = {"agency_research", "wide_codes"}


@contextlib.contextmanager
def built(project: CompiledProject, par_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with project.build(par_path, marts=(*MARTS, *GRANT_MARTS, "delivered_files", "row_account")) as connection:
        yield connection


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("layout", sorted(LAYOUTS.keys() - {"contract"}))
def test_the_same_contacts_give_the_same_counts(
    project: CompiledProject, tmp_path: Path, layout: str, seed: int
) -> None:
    extract = random_extract(random.Random(seed), 150, has_vintage=layout not in WITHOUT_VINTAGE)
    # what is a form of inpatient care the first time is one of outpatient care the second
    forms = [*FORMS[seed:], *FORMS[:seed]]
    as_contract = write_extract_in("contract", extract, tmp_path / "contract", CONTRACT_FORMS)
    as_people_have_it = write_extract_in(layout, extract, tmp_path / layout, forms)
    with built(project, as_contract) as connection:
        expected, reasons = sorted(connection.execute(COUNTS).fetchall(), key=str), reasons_in(connection)
        assert connection.execute(GAPS).fetchall() == []
    with built(project, as_people_have_it) as connection:
        assert sorted(connection.execute(COUNTS).fetchall(), key=str) == expected
        assert sum(counted(expected)) > 100
        gaps = {gap for (gap,) in connection.execute(GAPS).fetchall()}
        assert gaps == ({"vintage", "identity"} if layout in WITHOUT_VINTAGE else set())
        if layout not in WITHOUT_VINTAGE:
            assert reasons_in(connection) == reasons
        status = "provisional" if layout in WITHOUT_VINTAGE else "final"
        assert connection.execute(STATUSES).fetchall() == [(status,)]
        rows = connection.execute("select sum(rows) from warehouse.marts.row_account").fetchall()
        assert rows == [(sum(map(len, extract.values())),)]
        assert connection.execute("select distinct layout_id from warehouse.marts.delivered_files").fetchall() == [
            (layout,)
        ]


def counted(counts: list[tuple[object, ...]]) -> list[int]:
    return [row[6] for row in counts if isinstance(row[6], int)]


def reasons_in(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select settlement_id, contact_key, category_id, operation_date, reason "
        "from warehouse.marts.contact_decisions order by all"
    ).fetchall()


# Twenty rows of each, and the way in


EXAMPLES_OF_LAYOUTS = PROJECT / "tests" / "layouts"
DECISIONS = (
    "select category_id, operation_date, region_code, hospital_code, operation_date_source, reason "
    "from warehouse.marts.contact_decisions where settlement_id = '2025_additional_followup' order by all"
)


def test_the_examples_are_the_same_twenty_contacts(project: CompiledProject, tmp_path: Path) -> None:
    write_examples(tmp_path)
    decisions = []
    for layout in EXAMPLES:
        files = sorted((EXAMPLES_OF_LAYOUTS / layout).rglob("*.*"))
        assert [path.read_bytes() for path in files] == [
            path.read_bytes() for path in sorted((tmp_path / layout).rglob("*.*"))
        ]
        assert sum(path.read_bytes().count(b"\n") - 1 for path in files) == 20
        with project.build(EXAMPLES_OF_LAYOUTS / layout) as connection:
            decisions.append(connection.execute(DECISIONS).fetchall())
    assert len(decisions[0]) > 10
    assert all(found == decisions[0] for found in decisions)


@pytest.mark.parametrize(
    ("layout", "lines"),
    {
        "contract": ["every fact that the rules need is there"],
        "agency_research": [
            "derived  lkf from lan, kommun",
            r"assumed  personnummer from lopnr: .* \(R5\)",
            r"absent   inrapporterad: .* \(R1, R4\)",
            "provisional: vintage, identity",
            "PAR_RECEIVED_THROUGH=",
        ],
        "wide_codes": ["derived  op from op1", "assumed  personnummer from lpnr or lopnr"],
        "region_split_identity": ["derived  personnummer from sekel, personnummer", "derived  makulerad"],
    }.items(),
)
def test_look_says_what_an_extract_is(layout: str, lines: list[str]) -> None:
    answer = CliRunner().invoke(vardkoer, ["look", str(EXAMPLES_OF_LAYOUTS / layout)])
    assert answer.exit_code == 0, answer.output
    assert len(re.findall(rf"10 rows  {layout} \(", answer.output)) == 2
    assert [line for line in lines if not re.search(line, answer.output)] == []
    assert len(answer.output.splitlines()) < 50
    if layout not in WITHOUT_VINTAGE:
        assert "provisional" not in answer.output
    assert not re.search("[0-9]{10}", answer.output)


def test_the_readme_shows_what_look_prints() -> None:
    answer = CliRunner().invoke(vardkoer, ["look", str(EXAMPLES_OF_LAYOUTS / "agency_research")])
    shown = answer.output.replace(str(EXAMPLES_OF_LAYOUTS / "agency_research"), "/path/to/extract")
    assert shown in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_an_unknown_layout_says_what_to_type_and_typing_it_works(
    project: CompiledProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EXAMPLES_OF_LAYOUTS / "agency_research", tmp_path / "par")
    for path in (tmp_path / "par").rglob("*.txt"):
        content = (
            path.read_bytes().replace(b"LopNr\t", b"PATIENT\t").replace(b"\tOP\t", "\tÅTGÄRDER\t".encode("latin-1"))
        )
        path.write_bytes(content)
    with pytest.raises(gate.RefusalError, match=r"column=lopnr, op: column missing; .* python -m vardkoer look FOLDER"):
        gate.check_extract(tmp_path / "par", SEEDS)
    assert look(tmp_path / "par") == 3
    screen = capsys.readouterr().out
    assert len(screen.splitlines()) < 50
    assert re.search("that no rule reads are\n  patient, .*åtgärder", screen)
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert look(tmp_path / "par", tmp_path / "seeds") == 3
    for name in ("layouts", "layout_columns"):
        typed = screen.partition(f"seeds/layouts/{name}.csv\n\n")[2].partition("\n\n")[0]
        typed = typed.replace("?lopnr", "patient").replace("?op", "åtgärder")
        with (tmp_path / "seeds" / "layouts" / f"{name}.csv").open("a", encoding="utf-8") as stream:
            stream.write(f"{typed}\n")
    capsys.readouterr()
    assert look(tmp_path / "par", tmp_path / "seeds") == 0, capsys.readouterr().out
    with (
        project.build(EXAMPLES_OF_LAYOUTS / "agency_research") as expected,
        project.build(tmp_path / "par", tmp_path) as found,
    ):
        assert found.execute(DECISIONS).fetchall() == expected.execute(DECISIONS).fetchall() != []


# What is refused


def file_in(tmp_path: Path, header: str, *rows: str, name: str = "one.csv", encoding: str = "utf-8") -> Path:
    """An extract of one file."""
    for folder in ("sv", "ov"):
        (tmp_path / "par" / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / "par" / "ov" / name).write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return tmp_path / "par"


RESEARCH = "LOPNR;LAN;KOMMUN;SJUKHUS;INDATUM;HDIA;OP"
WIDE = "LPNR;LAN;KOMMUN;SJUKHUS;INDATUM;HDIA;OP1"
ROW = "1;01;80;10013;20250701;H25;CJE20"
REFUSED: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "no county": (
        (RESEARCH.replace("LAN", "L"), ROW),
        {},
        r"one\.csv column=lan: column missing; the nearest layout, agency_research, has it",
    ),
    "two layouts": (
        (f"LOPNR;OP1;{RESEARCH.partition(';')[2]}", f"1;CJE20;{ROW.partition(';')[2]}"),
        {},
        r"one\.csv: fits the layouts agency_research and wide_codes; say which it is: PAR_LAYOUT=<layout>",
    ),
    "another layout than the one that is forced": (
        (RESEARCH, ROW),
        {"PAR_LAYOUT": "wide_codes"},
        r"one\.csv column=op1: column missing; the nearest layout, wide_codes",
    ),
    "a layout that is not there": ((RESEARCH, ROW), {"PAR_LAYOUT": "mine"}, r"PAR_LAYOUT is mine, which is no layout"),
    "an identity number as a serial number": (
        (RESEARCH, ROW.replace("1;", f"{identity('18200229')};", 1)),
        {},
        r"column=personnummer: is a serial number by the layout agency_research, and 1 rows have twelve digits",
    ),
    "no layout and a text that is none": ((RESEARCH, "\0"), {}, r"one\.csv row=2: NUL character"),
    "no layout and rows that cannot be told apart": (("A;B", '"'), {}, r"one\.csv row=2: quotes do not match"),
}


@pytest.mark.parametrize(("lines", "environment", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_has_not_one_layout_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: tuple[str, ...],
    environment: dict[str, str],
    message: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    par_path = file_in(tmp_path, *lines)
    with pytest.raises(gate.RefusalError, match=message) as caught:
        gate.check_extract(par_path, SEEDS)
    assert len(str(caught.value).splitlines()) == 1
    assert identity("18200229") not in str(caught.value)


def test_a_layout_is_forced_where_two_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    par_path = file_in(tmp_path, f"OP1;{RESEARCH}", f"NFB49;{ROW}")
    for layout, codes in {"agency_research": "CJE20", "wide_codes": "-NFB49"}.items():
        monkeypatch.setenv("PAR_LAYOUT", layout)
        assert texts_in(par_path, "op") == [codes]


def texts_in(par_path: Path, column: str) -> list[str]:
    """A column as the models read it."""
    with duckdb.connect() as connection:
        for statement in sources.statements(gate.check_extract(par_path, SEEDS)):
            connection.execute(statement)
        rows = connection.execute(f"select {column} from {sources.DATABASE}.ov").fetchall()
    return [value for (value,) in rows]


def test_parts_are_joined_as_far_as_they_are_there(tmp_path: Path) -> None:
    """A part that is missing never makes the next one another thing."""
    joined = {
        "01;80": "0180",
        "1;80": "0180",
        " 1;80": "0180",
        "1 ;80": "0180",
        "01;8 ": "0108",
        "1;8": "0108",
        "1.0;80.0": "0180",
        "01;": "01",
        ";": None,
        ";14": "␀14",
        "001;80": "?80",
        "A;80": "?80",
        ".;14": "␀14",
        "  ;14": "␀14",
        "\u00a0;14": "␀14",
        "01;0180": "01?",
    }
    rows = [ROW.replace("01;80", parts) for parts in joined]
    assert texts_in(file_in(tmp_path, RESEARCH, *rows), "lkf") == list(joined.values())


def test_codes_keep_their_places_and_a_column_holds_one(tmp_path: Path) -> None:
    header = f"{WIDE};OP02;OP4"
    rows = [f"{ROW.removesuffix('CJE20')}{codes}" for codes in (";CJE20;", "AAA99;BBB99;", "NFB 49;;CJE20")]
    assert texts_in(file_in(tmp_path, header, *rows), "op") == ["- -CJE20 - -", None, "-NFB49 - - -CJE20"]


def test_dates_may_be_as_sas_prints_them(tmp_path: Path) -> None:
    days = ["01JUL2025", "02jul2025:00:00:00", "2025-07-03T10:11", "20250704", ".", "31JUN2025", "01MAJ2025"]
    par_path = file_in(tmp_path, f"{RESEARCH};OPD1", *(f"{ROW.replace('20250701', day)};{day}" for day in days))
    expected = [dt.date(2025, 7, day) for day in (1, 2, 3, 4)]
    assert texts_in(par_path, "indatum") == [*expected, None, None, None]
    assert texts_in(par_path, "opd[1]") == [*map(str, expected), None, "unreadable", "unreadable"]


def test_a_text_is_read_in_its_encoding_or_refused(tmp_path: Path) -> None:
    par_path = file_in(tmp_path, f"{RESEARCH};ÅLDER", f"{ROW};é", encoding="latin-1")
    assert texts_in(par_path, "hdia") == ["H25"]
    par_path = file_in(tmp_path, RESEARCH, ROW.replace("H25", "†H25"), encoding="windows-1252")
    with pytest.raises(gate.RefusalError, match=r"one\.csv row=2: .* save it as UTF-8, or type python"):
        gate.check_extract(par_path, SEEDS)


def test_a_fact_may_be_in_the_name_of_a_file_or_the_same_for_all(tmp_path: Path) -> None:
    """And words are other words; what a layout does not say of one of them stays."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    path = tmp_path / "seeds" / "layouts" / "layout_columns.csv"
    text = path.read_text(encoding="utf-8")
    absent = "agency_research,{},absent,,,absent"
    for column, rule in {
        "inrapporterad": r"file_name,,_([0-9]{8})\.,derived",
        "leverans_nr": "constant,,7,assumed",
        "makulerad": "recode,status,X=true,derived",
    }.items():
        text = text.replace(absent.format(column), f"agency_research,{column},{rule}")
    path.write_text(text, encoding="utf-8")
    par_path = file_in(tmp_path, f"{RESEARCH};STATUS", f"{ROW};X", f"{ROW};N", f"{ROW};", name="par_20250810.csv")
    with duckdb.connect() as connection:
        for statement in sources.statements(gate.check_extract(par_path, tmp_path / "seeds")):
            connection.execute(statement)
        rows = connection.execute(
            f"select inrapporterad, leverans_nr, makulerad, is_received_date_unknown from {sources.DATABASE}.ov"
        ).fetchall()
    assert rows == [(dt.date(2025, 8, 10), 7, withdrawn, False) for withdrawn in (True, False, None)]
    (par_path / "ov" / "par_20250810.csv").rename(par_path / "ov" / "par.csv")
    with pytest.raises(gate.RefusalError, match="column=inrapporterad: its name does not say"):
        gate.check_extract(par_path, tmp_path / "seeds")


# Layouts that need a join: the queries of the page


def query_of_page(name: str) -> str:
    """A query as docs/layouts.md has it."""
    page = (PROJECT / "docs" / "layouts.md").read_text(encoding="utf-8")
    return page.partition(f"```sql {name}\n")[2].partition("```")[0]


def joined(folder: Path, name: str) -> Path:
    """The extract that a query makes of the files of a folder."""
    for care in ("sv", "ov"):
        (folder / "par" / care).mkdir(parents=True)
    before = Path.cwd()
    os.chdir(folder)
    try:
        duckdb.execute(query_of_page(name))
    finally:
        os.chdir(before)
    return folder / "par"


CONTACT = ("leverans_nr", "inrapporterad", "makulerad", "personnummer", "lkf", "sjukhus", "indatum", "hdia")


def test_one_code_a_row_is_brought_together(project: CompiledProject, tmp_path: Path) -> None:
    contacts = list(csv.DictReader((EXAMPLES_OF_LAYOUTS / "contract" / "ov" / "OV.csv").open(), delimiter=";"))
    rows = [
        {"kontakt_id": row["vardkontakt_id"]}
        | {name: row[name] for name in CONTACT}
        | {"ordning": str(place), "kod": code, "kod_datum": row.get(f"opd{place}", "")}
        for row in contacts
        for place, code in enumerate(row["op"].split() or [""], start=1)
    ]
    write_file(tmp_path / "koder.csv", rows, "semicolon", "utf-8")
    shutil.copytree(EXAMPLES_OF_LAYOUTS / "contract" / "ov", tmp_path / "expected" / "ov")
    (tmp_path / "expected" / "sv").mkdir()
    with (
        project.build(tmp_path / "expected") as expected,
        project.build(joined(tmp_path, "one_code_a_row")) as found,
    ):
        assert found.execute(DECISIONS).fetchall() == expected.execute(DECISIONS).fetchall() != []


def test_record_files_are_brought_together_and_what_is_gone_is_withdrawn(tmp_path: Path) -> None:
    """Delivered in August: two contacts. In September one of them is gone, and an older one need not be there."""
    contacts = {
        "20250810": [("stays", "2025-07-01"), ("gone", "2025-07-01"), ("old", "2025-05-31")],
        "20250910": [("stays", "2025-07-01")],
    }
    for number, (received, found) in enumerate(contacts.items()):
        rows = [
            {"kontakt_id": contact, "personnummer": numbered_person(place + number), "lkf": "0180", "sjukhus": "10013"}
            | {"indatum": start, "hdia": "H251"}
            for place, (contact, start) in enumerate(found)
        ]
        codes = [
            {"kontakt_id": contact, "ordning": place, "kod": code, "kod_datum": ""}
            for contact, _ in found
            for place, code in (("1", "AAA99"), ("2", "CJE20"))
        ]
        write_file(tmp_path / f"kontakt_{received}.txt", rows, "semicolon", "utf-8")
        write_file(tmp_path / f"atgard_{received}.txt", codes, "semicolon", "utf-8")
    with duckdb.connect() as connection:
        par_path = joined(tmp_path, "record_files")
        for statement in sources.statements(gate.check_extract(par_path, SEEDS)):
            connection.execute(statement)
        rows = connection.execute(
            f"select vardkontakt_id, inrapporterad, makulerad, op from {sources.DATABASE}.ov order by all"
        ).fetchall()
    august, september = dt.date(2025, 8, 10), dt.date(2025, 9, 10)
    assert rows == [
        ("gone", august, False, "AAA99 CJE20"),
        ("gone", september, True, "AAA99 CJE20"),
        ("old", august, False, "AAA99 CJE20"),
        ("stays", august, False, "AAA99 CJE20"),
        ("stays", september, False, "AAA99 CJE20"),
    ]


# Where it is said


def test_the_layout_stands_on_the_first_page_and_on_every_workbook(site: Path) -> None:
    assert "<p>Kontraktets layout.</p>" in (site / "index.html").read_text(encoding="utf-8")
    release = open_release(paths.warehouse_path())
    with release.connection:
        assert release.layouts == ["Kontraktets layout."]
    files = release.record["inputs"].values()
    assert {file["layout"] for file in files} == {"contract"}
    assert {status for file in files for status in file["facts"].values()} == {"reported", "absent"}


def test_what_a_layout_lacks_is_said_in_swedish(project: CompiledProject) -> None:
    marts = ("delivered_layouts", "delivered_files")
    with project.build(EXAMPLES_OF_LAYOUTS / "agency_research", marts=marts) as connection:
        row = connection.execute(
            "select layout_name_sv, derived_sv, assumed_sv, absent_sv from warehouse.marts.delivered_layouts"
        ).fetchall()[0]
        assert swedish.layout(*row) == (
            "Socialstyrelsens uttag för forskning. Härlett: folkbokföring. Antaget: vårdkontaktens id, identitet. "
            "Saknas: leveransnummer, inrapporteringsdatum, makulering."
        )
        facts = connection.execute(
            "select distinct facts_derived, facts_assumed, facts_absent from warehouse.marts.delivered_files"
        ).fetchall()
    assert facts == [("lkf", "vardkontakt_id personnummer", "leverans_nr inrapporterad makulerad")]
