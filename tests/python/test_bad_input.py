"""The bad-input suite: what becomes of each fault in a delivery.

Every case states its outcome. `N` normalise: the row counts as if it were written well. `X` the row stays and is
excluded for the reason given, or has no decision. Quarantine: the row is kept apart with its place, the rest of the
file counts. Warnings: the gate finds them in its figures, and refuses a file of which most is wrong. Refused files are
in test_delivery_gate.py, faults in seeds in test_seed_gate.py, failing builds and environments in test_build.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from compiled_project import CompiledProject
from extracts import DeliveryFile, identity, numbered_person, write_extract
from shared_dbt import COLUMNS
from test_delivery_gate import ROW, check, opened, write_csv

from vardkoer import gate
from vardkoer.gate.sources import DATABASE
from vardkoer.paths import SEEDS

SETTLEMENT = "2025_additional_payment"
COUNTED, NO_DECISION = "counted", None
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class RowCase(NamedTuple):
    """One row that differs from a good one, and what becomes of it."""

    outcome: str
    change: Callable[[str], dict[str, str]]
    reason: str | None


def identities(write: Callable[[str], str]) -> Callable[[str], dict[str, str]]:
    """The person's number in another form."""
    return lambda person: {"personnummer": write(person)}


def fixed(**values: str) -> Callable[[str], dict[str, str]]:
    """Other values, whoever the person is."""
    return lambda _: values


def wrong_digit(person: str) -> str:
    return person[:-1] + str((int(person[-1]) + 1) % 10)


ROWS = {
    # identity
    "a dash before the last four": RowCase("N", identities(lambda p: f"{p[:8]}-{p[8:]}"), COUNTED),
    "a plus before the last four": RowCase("N", identities(lambda p: f"{p[:8]}+{p[8:]}"), COUNTED),
    "blanks within and around": RowCase("N", identities(lambda p: f" {p[:8]} {p[8:]} "), COUNTED),
    "ten digits": RowCase("X", identities(lambda p: p[2:]), "invalid_person_id"),
    "a wrong check digit": RowCase("X", identities(wrong_digit), "invalid_person_id"),
    "full-width digits": RowCase("X", identities(lambda p: p.translate(FULL_WIDTH)), "invalid_person_id"),
    "thirteen digits": RowCase("X", identities(lambda p: p + "0"), "invalid_person_id"),
    "no identity": RowCase("X", fixed(personnummer=""), "invalid_person_id"),
    "a word": RowCase("X", fixed(personnummer="okänd"), "invalid_person_id"),
    "30 February": RowCase("X", fixed(personnummer=identity("18120230")), "invalid_person_id"),
    "29 February of a common year": RowCase("X", fixed(personnummer=identity("18110229")), "invalid_person_id"),
    "29 February of a leap year": RowCase("N", fixed(personnummer=identity("18120229")), COUNTED),
    "month 13": RowCase("X", fixed(personnummer=identity("18121301")), "invalid_person_id"),
    "serial 000": RowCase("X", fixed(personnummer=identity("18120101", "000")), "invalid_person_id"),
    "century 17": RowCase("X", fixed(personnummer=identity("17120101")), "invalid_person_id"),
    "century 99, as in Stockholm's reservnummer": RowCase(
        "X", fixed(personnummer=identity("99250101")), "invalid_person_id"
    ),
    "day 32 to 59, as in other reservnummer": RowCase(
        "X", fixed(personnummer=identity("18120145")), "invalid_person_id"
    ),
    "a letter, as in a reservnummer": RowCase("X", fixed(personnummer="18120101K129"), "invalid_person_id"),
    "samordningsnummer": RowCase("N", fixed(personnummer=identity("18120163")), COUNTED),
    "samordningsnummer without month and day": RowCase("N", fixed(personnummer=identity("18130060")), COUNTED),
    "samordningsnummer with day 92": RowCase("X", fixed(personnummer=identity("18120192")), "invalid_person_id"),
    "born after the operation": RowCase("X", fixed(personnummer=identity("20990101")), "invalid_person_id"),
    # residence
    "county only": RowCase("N", fixed(lkf="01"), COUNTED),
    "county and municipality": RowCase("N", fixed(lkf="0180"), COUNTED),
    "county, municipality and parish": RowCase("N", fixed(lkf="018001"), COUNTED),
    "blanks around lkf": RowCase("N", fixed(lkf=" 0180 "), COUNTED),
    "not registered": RowCase("X", fixed(lkf=""), "not_resident"),
    "county 00": RowCase("X", fixed(lkf="0000"), "not_resident"),
    "county 99": RowCase("X", fixed(lkf="9900"), "not_resident"),
    "county 11, retired": RowCase("X", fixed(lkf="1180"), "not_resident"),
    "county 15, retired": RowCase("X", fixed(lkf="1580"), "not_resident"),
    "county 16, retired": RowCase("X", fixed(lkf="1680"), "not_resident"),
    "one digit": RowCase("X", fixed(lkf="1"), "not_resident"),
    "three digits": RowCase("X", fixed(lkf="180"), "not_resident"),
    "five digits": RowCase("X", fixed(lkf="18001"), "not_resident"),
    "seven digits": RowCase("X", fixed(lkf="0180012"), "not_resident"),
    "the name of a county": RowCase("X", fixed(lkf="Stockholm"), "not_resident"),
    # dates
    "dates without dashes": RowCase("N", fixed(indatum="20250701", inrapporterad="20250810"), COUNTED),
    "a time of day after T": RowCase("N", fixed(indatum="2025-07-01T08:30"), COUNTED),
    "a time of day after a blank": RowCase("N", fixed(inrapporterad="2025-08-10 23:59:59"), COUNTED),
    "day/month/year": RowCase("X", fixed(indatum="01/07/2025"), NO_DECISION),
    "30 February as start": RowCase("X", fixed(indatum="2025-02-30"), NO_DECISION),
    "month 13 as start": RowCase("X", fixed(indatum="2025-13-01"), NO_DECISION),
    "no start": RowCase("X", fixed(indatum=""), NO_DECISION),
    "two-digit year": RowCase("X", fixed(indatum="25-07-01"), NO_DECISION),
    "the day before the period": RowCase("X", fixed(indatum="2025-05-31"), NO_DECISION),
    "the first day of the period": RowCase("N", fixed(indatum="2025-06-01"), COUNTED),
    "the last day of the period": RowCase("N", fixed(indatum="2025-10-31", inrapporterad="2025-11-10"), COUNTED),
    "the day after the period": RowCase("X", fixed(indatum="2025-11-01", inrapporterad="2025-11-10"), NO_DECISION),
    "an operation after receipt": RowCase(
        "X", fixed(indatum="2025-09-01", inrapporterad="2025-08-10"), "operation_date_after_receipt"
    ),
    "received on the cut-off day": RowCase("N", fixed(inrapporterad="2025-11-15"), COUNTED),
    "received on the cut-off day, late in the evening": RowCase(
        "N", fixed(inrapporterad="2025-11-15T23:59:59"), COUNTED
    ),
    "received the day after": RowCase("X", fixed(inrapporterad="2025-11-16"), "received_after_cutoff"),
    "received in a hundred years": RowCase("X", fixed(inrapporterad="2125-01-01"), "received_after_cutoff"),
    # codes
    "a code in lower case": RowCase("N", fixed(op="cje20"), COUNTED),
    "a code with a dot": RowCase("N", fixed(op="CJE.20"), COUNTED),
    "a code with dots all over": RowCase("N", fixed(op="C.J.E.2.0."), COUNTED),
    "blanks around codes": RowCase("N", fixed(op="  CJE20   "), COUNTED),
    "a no-break space behind a code": RowCase("N", fixed(op="CJE20\u00a0"), COUNTED),
    "a tab between codes": RowCase("N", fixed(op="-1\tCJE20"), COUNTED),
    "junk before the code": RowCase("N", fixed(op="-1 0000 CJE20"), COUNTED),
    "the same code twice": RowCase("N", fixed(op="CJE20 CJE20"), COUNTED),
    "two codes of one category": RowCase("N", fixed(op="CJE20 CJE05"), COUNTED),
    "a code cut short": RowCase("X", fixed(op="CJE2"), NO_DECISION),
    "a code with one sign more": RowCase("X", fixed(op="CJE200"), NO_DECISION),
    "codes separated by commas": RowCase("N", fixed(op="ZXA10,CJE20"), COUNTED),
    "codes separated by semicolons": RowCase("N", fixed(op="ZXA10;CJE20"), COUNTED),
    "codes separated by a bar and a slash": RowCase("N", fixed(op="ZXA10|CJE20/ZXA00"), COUNTED),
    "codes separated by a thin space": RowCase("N", fixed(op="ZXA10\u2009CJE20"), COUNTED),
    "the letter O for zero": RowCase("X", fixed(op="CJE2O"), NO_DECISION),
    "no code": RowCase("X", fixed(op=""), NO_DECISION),
    # diagnoses
    "a fracture as main diagnosis": RowCase("X", fixed(op="NFB49", hdia="S72.00"), "fracture_main_diagnosis"),
    "a fracture in lower case without the dot": RowCase(
        "X", fixed(op="NFB49", hdia="s7200"), "fracture_main_diagnosis"
    ),
    "a fracture that is not listed": RowCase("N", fixed(op="NFB49", hdia="S72.4"), COUNTED),
    "no main diagnosis for a hip": RowCase("N", fixed(op="NFB49", hdia=""), COUNTED),
    "no main diagnosis where one is required": RowCase("X", fixed(op="LCD10", hdia=""), "main_diagnosis_not_prolapse"),
    "prolapse with blanks in the diagnosis": RowCase("N", fixed(op="LCD10", hdia=" n 81.4 "), COUNTED),
    # the rest
    "withdrawn": RowCase("X", fixed(makulerad="true"), "withdrawn"),
    "withdrawn, as 1": RowCase("X", fixed(makulerad="1"), "withdrawn"),
    "not withdrawn, as 0": RowCase("N", fixed(makulerad="0"), COUNTED),
    "not withdrawn, as nothing": RowCase("N", fixed(makulerad=""), COUNTED),
    "withdrawn in capitals": RowCase("X", fixed(makulerad="TRUE"), "withdrawn"),
    "an unknown hospital": RowCase("N", fixed(sjukhus="99999"), COUNTED),
    "no hospital": RowCase("N", fixed(sjukhus=""), COUNTED),
    "a formula for a hospital": RowCase("N", fixed(sjukhus='=HYPERLINK("x")'), COUNTED),
    "a script for a hospital": RowCase("N", fixed(sjukhus="<script>alert(1)</script>"), COUNTED),
    "an empty clinical field": RowCase("N", fixed(mvo=""), COUNTED),
}


@pytest.fixture(scope="module")
def reasons(project: CompiledProject, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What one settlement decides about each case, a person for each, all in one extract."""
    par_path = tmp_path_factory.mktemp("rows") / "par"
    rows = []
    for number, case in enumerate(ROWS.values()):
        person = numbered_person(5000 + number)
        rows.append(
            DeliveryFile(
                "ov", [ROW | {"vardkontakt_id": f"case{number}", "personnummer": person} | case.change(person)]
            )
        )
    write_extract([DeliveryFile("ov", [row for file in rows for row in file.rows]), DeliveryFile("sv", [])], par_path)
    with project.build(par_path) as connection:
        found = connection.execute(
            "select contact_key, reason from warehouse.marts.contact_decisions where settlement_id = ?", [SETTLEMENT]
        ).fetchall()
    by_contact: dict[str, list[str]] = {}
    for contact, reason in found:
        by_contact.setdefault(contact, []).append(reason)
    return {name: by_contact.get(f"case{number}", []) for number, name in enumerate(ROWS)}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_becomes_what_was_promised(reasons: dict[str, list[str]], name: str) -> None:
    case = ROWS[name]
    assert reasons[name] == ([case.reason] if case.reason else [])
    assert (case.outcome == "N") == (case.reason == COUNTED)


# Quarantine: one row of a file of three thousand

GOOD_ROWS = 3000
UNREADABLE = {
    "no contact id": ({"vardkontakt_id": " "}, "no_contact_id"),
    "no delivery number": ({"leverans_nr": ""}, "unreadable_delivery_number"),
    "a delivery number in words": ({"leverans_nr": "first"}, "unreadable_delivery_number"),
    "no date of receipt": ({"inrapporterad": ""}, "unreadable_receipt_date"),
    "a date of receipt that there is not": ({"inrapporterad": "2025-02-30"}, "unreadable_receipt_date"),
    "an unclear withdrawal": ({"makulerad": "kanske"}, "unreadable_withdrawal"),
    "a contact id that a spreadsheet rounded": ({"vardkontakt_id": "1,98001E+11"}, "no_contact_id"),
}
RAGGED = {
    "a short row": (lambda line: line.rsplit(";", 1)[0], "wrong_number_of_fields"),
    "a long row": (lambda line: line + ";x", "wrong_number_of_fields"),
}


def many_rows(par_path: Path) -> Path:
    """An extract of many good rows, and its outpatient file."""
    for folder in COLUMNS:
        (par_path / folder).mkdir(parents=True)
    rows = [
        ROW | {"vardkontakt_id": f"good{number}", "personnummer": numbered_person(number)}
        for number in range(GOOD_ROWS)
    ]
    write_csv(par_path / "ov" / "many.csv", *rows)
    return par_path / "ov" / "many.csv"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_row_goes_to_quarantine(tmp_path: Path, name: str, kind: str) -> None:
    change, fault = UNREADABLE[name]
    file = many_rows(tmp_path / "par")
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    values = dict(zip(header.split(";"), lines[1000].split(";"), strict=True)) | change
    lines[1000] = ";".join(values.values())
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    if kind == "parquet":
        duckdb.execute(
            f"copy (from read_csv('{file}', all_varchar = true, delim = ';')) to '{file.with_suffix('.parquet')}'"
        )
        file.unlink()
    # the header of a CSV file is row 1
    assert_quarantined(tmp_path / "par", f"ov/many.{kind}", 1001 + (kind == "csv"), fault)


@pytest.mark.parametrize("name", RAGGED)
def test_a_ragged_row_goes_to_quarantine(tmp_path: Path, name: str) -> None:
    change, fault = RAGGED[name]
    file = many_rows(tmp_path / "par")
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[1001] = change(lines[1001])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert_quarantined(tmp_path / "par", "ov/many.csv", 1002, fault)


def assert_quarantined(par_path: Path, name: str, row: int, fault: str) -> None:
    with opened(par_path) as connection:
        assert connection.execute(f"from {DATABASE}.unreadable_rows").fetchall() == [(name, row, fault, False)]
        found = connection.execute(f"select file_name, rows_delivered, rows_accepted from {DATABASE}.files").fetchall()
        assert found == [(name, GOOD_ROWS, GOOD_ROWS - 1)]
        kept = connection.execute(f"select count(*), count(distinct vardkontakt_id) from {DATABASE}.ov").fetchall()
        assert kept == [(GOOD_ROWS - 1, GOOD_ROWS - 1)]
        assert connection.execute(f"from {DATABASE}.ov where vardkontakt_id = 'good1000'").fetchall() == []


def test_row_numbers_hold_behind_ragged_rows(tmp_path: Path) -> None:
    file = many_rows(tmp_path / "par")
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[10] += ";x"
    lines[20] = lines[20].replace("2025-08-10", "")
    lines[30] += ";x"
    lines[40] = lines[40].replace(";1;", ";one;")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (delivered,) = check(tmp_path / "par").files
    found = [(row.row, row.fault) for row in delivered.account.unreadable_rows]
    assert found == [
        (11, "wrong_number_of_fields"),
        (21, "unreadable_receipt_date"),
        (31, "wrong_number_of_fields"),
        (41, "unreadable_delivery_number"),
    ]
    assert delivered.account.rows_accepted == GOOD_ROWS - 4


def test_too_many_unreadable_rows_refuse_the_file(tmp_path: Path) -> None:
    file = many_rows(tmp_path / "par")
    lines = file.read_text(encoding="utf-8").splitlines()
    for row in (5, 6, 7, 8):
        lines[row] = lines[row].replace("2025-08-10", "soon")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(gate.RefusalError, match=r"row=6 column=inrapporterad: .* in 4 of 3000 rows where 0\.1 percent"):
        check(tmp_path / "par")


def test_quarantine_balances_in_the_warehouse(project: CompiledProject, tmp_path: Path) -> None:
    file = many_rows(tmp_path / "par")
    file.write_text(file.read_text(encoding="utf-8").replace("2025-08-10", "soon", 1), encoding="utf-8")
    with project.build(tmp_path / "par") as connection:
        files = connection.execute(
            "select file_name, rows_delivered, rows_accepted, rows_quarantined, rows_found "
            "from warehouse.marts.delivered_files"
        ).fetchall()
        outcomes = connection.execute("select outcome, rows from warehouse.marts.row_account").fetchall()
        rows = connection.execute("select * from warehouse.marts.quarantined_rows").fetchall()
    assert files == [("ov/many.csv", GOOD_ROWS, GOOD_ROWS - 1, 1, GOOD_ROWS - 1)]
    assert sorted(outcomes) == [("decided", GOOD_ROWS - 1), ("quarantined", 1)]
    assert [row[:5] for row in rows] == [("ov/many.csv", 2, "unreadable_receipt_date", False, "inrapporterad")]


# Warnings: the profile of a delivery

UNUSUAL = {
    "rows_accepted": [],
    "identity_missing_percent": [{"personnummer": ""}],
    "identity_unreadable_percent": [{"personnummer": "1812"}],
    "start_missing_percent": [{"indatum": ""}],
    "start_unreadable_percent": [{"indatum": "1/7 2025"}],
    "received_before_start_percent": [{"indatum": "2025-12-01"}],
    "residence_missing_percent": [{"lkf": ""}],
    "residence_unreadable_percent": [{"lkf": "180"}],
    "hospital_missing_percent": [{"sjukhus": ""}],
    "diagnosis_missing_percent": [{"hdia": ""}],
    "diagnosis_unreadable_percent": [{"hdia": "0S720"}],
    "rows_found": [{"op": "AAA00"}],
    "contact_id_is_person_percent": [{"vardkontakt_id": ROW["personnummer"][2:]}],
    "months": [{"indatum": f"{year}-{month:02d}-01"} for year in range(2020, 2025) for month in range(1, 13)],
}


UNUSUAL_INPATIENT = {
    "end_before_start_percent": {"utdatum": "2025-06-30"},
    "procedure_date_unreadable_percent": {"opd1": "1/7 2025"},
    "procedure_date_outside_stay_percent": {"opd1": "2025-06-30"},
}
# What refuses a file when most of its rows are so.
REFUSED = {
    "identity_unreadable_percent": {"personnummer": "1,98001E+11"},
    "contact_id_is_person_percent": {"vardkontakt_id": f"{ROW['personnummer'][:8]}-{ROW['personnummer'][8:]}"},
    "start_unreadable_percent": {"indatum": "10/7 2025"},
    "procedure_date_unreadable_percent": {"opd1": "1/11 2025"},
    "residence_unreadable_percent": {"lkf": "18001"},
    "diagnosis_unreadable_percent": {"hdia": "Höftartros"},
}


@pytest.fixture(scope="module")
def warnings(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found in an extract with one unusual file for each figure."""
    folder = tmp_path_factory.mktemp("profile")
    for care in COLUMNS:
        (folder / "par" / care).mkdir(parents=True)
    for figure, changes in UNUSUAL.items():
        write_csv(folder / "par" / "ov" / f"{figure}.csv", *(ROW | change for change in changes))
    for figure, change in UNUSUAL_INPATIENT.items():
        write_csv(folder / "par" / "sv" / f"{figure}.csv", ROW | change)
    write_csv(folder / "par" / "sv" / "usual.csv", ROW | {"utdatum": "2025-07-02"})
    for month in range(1, 14):
        received = f"{2023 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-10"
        write_csv(
            folder / "par" / "ov" / f"history{month}.csv",
            *[ROW | {"inrapporterad": received, "indatum": "2022-12-31", "lkf": "03"}] * (1 if month == 13 else 200),
        )
    return [finding.line for finding in gate.check(folder / "par", None, SEEDS).findings]


@pytest.mark.parametrize("figure", [*UNUSUAL, *UNUSUAL_INPATIENT])
def test_an_unusual_file_is_warned_about(warnings: list[str], figure: str) -> None:
    lines = [line for line in warnings if f"figure={figure}: " in line]
    assert any(f"{figure}.csv " in line for line in lines)
    assert not any("/usual.csv " in line for line in lines)


def test_a_file_of_which_most_is_wrong_is_refused(tmp_path: Path) -> None:
    """Half of it is a warning, and so are a few rows, whatever they say."""
    for care in COLUMNS:
        (tmp_path / care).mkdir(parents=True)
    for figure, change in REFUSED.items():
        write_csv(tmp_path / "sv" / f"{figure}_nine.csv", *[ROW | change] * 9)
        write_csv(tmp_path / "sv" / f"{figure}_half.csv", *[ROW, ROW | change] * 10)
    lines = [finding.line for finding in gate.check(tmp_path, None, SEEDS).findings]
    for figure in REFUSED:
        for name, percent in ("nine", 100), ("half", 50):
            start = f"file=sv/{figure}_{name}.csv figure={figure}: {percent} where at most"
            assert [line for line in lines if line.startswith(start)], start
    for figure, change in REFUSED.items():
        write_csv(tmp_path / "sv" / f"{figure}_half.csv", ROW, *[ROW, ROW | change] * 10, ROW | change)
    gate.check(tmp_path, None, SEEDS)
    for figure, change in REFUSED.items():
        write_csv(tmp_path / "sv" / f"{figure}_half.csv", *[ROW, ROW | change] * 10, ROW | change)
    with pytest.raises(gate.RefusalError) as caught:
        gate.check(tmp_path, None, SEEDS)
    assert sorted(line.partition("; ")[0] for line in str(caught.value).splitlines()) == sorted(
        f"file=sv/{figure}_half.csv figure={figure}: 52.38 where more than 50 is refused" for figure in REFUSED
    )


def test_only_a_file_that_has_changed_is_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for care in COLUMNS:
        (tmp_path / "par" / care).mkdir(parents=True)
        write_csv(tmp_path / "par" / care / "one.csv", ROW)
    memory = tmp_path / "gate.json"
    before = gate.check(tmp_path / "par", None, SEEDS, memory)
    gate.remember(before, SEEDS, memory)
    looked_at = []
    open_file = gate.files.open_file
    monkeypatch.setattr(gate.files, "open_file", lambda path, *how: looked_at.append(path) or open_file(path, *how))
    assert gate.check(tmp_path / "par", None, SEEDS, memory) == before
    assert not looked_at
    write_csv(tmp_path / "par" / "ov" / "one.csv", *[ROW] * 3)
    after = gate.check(tmp_path / "par", None, SEEDS, memory)
    assert looked_at == [tmp_path / "par" / "ov" / "one.csv"]
    assert {file.account.name: file.account.rows for file in after.files} == {"sv/one.csv": 1, "ov/one.csv": 3}


def test_a_month_that_breaks_with_a_region_s_history_is_warned_about(warnings: list[str]) -> None:
    lines = [line for line in warnings if "figure=percent_of_history" in line]
    assert any(line.startswith("region=03 month=2024-01 figure=percent_of_history: 0.5 ") for line in lines)


def test_warnings_hold_no_value_of_a_row(warnings: list[str]) -> None:
    values = {ROW["personnummer"], ROW["hdia"], ROW["op"], ROW["lkf"]}
    assert warnings and not [line for line in warnings if any(value in line for value in values)]
