"""The gate: nothing is lost or changed between a file and a decision.

`check` looks at seeds, extract and region reports before anything is written, and gives what the build reads from;
every fault is one line with file, row, column, what is the matter and the remedy. What it found about a file that has
not changed since is remembered beside the records of a warehouse, so that the next to ask need not look again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from vardkoer import paths
from vardkoer.gate import coverage, files, layouts, reduced
from vardkoer.gate.account import OPTIONAL, REQUIRED, Account, account_of, procedure_dates
from vardkoer.gate.coverage import NO_LISTS, SecondLists, read_lists
from vardkoer.gate.faults import SHOWN_FAULTS, RefusalError, masked, on_one_line
from vardkoer.gate.files import DataFile, DeliveryError, RefusedDeliveryError
from vardkoer.gate.layouts import Layouts
from vardkoer.gate.limits import read_limits, refuse_beyond_limits
from vardkoer.gate.profile import Finding, findings
from vardkoer.gate.progress import said_as_it_goes
from vardkoer.gate.region_reports import NO_REPORTS, RegionReports, Report, read_reports
from vardkoer.gate.search import search_pattern
from vardkoer.gate.seeds import check_seeds
from vardkoer.gate.values import quoted

__all__ = [
    "DeliveredFile",
    "Passed",
    "RefusalError",
    "changed_files",
    "check",
    "check_extract",
    "damaged_files",
    "memory_of",
    "remember",
    "warnings_of",
]

MEMORY = "gate.json"
READING_CODE = Path(__file__).parent
LOOKS_AT_A_TIME = 2


@dataclasses.dataclass(frozen=True)
class DeliveredFile:
    """A file of the extract: how it is opened, the kind of care it is of (`sv` or `ov`), and its account."""

    file: DataFile
    folder: str
    account: Account


@dataclasses.dataclass(frozen=True)
class Passed:
    """What has passed the gate: the files of the extract, the names of those below its folder and that of region
    reports that are not read, the rows of region reports, what is unusual, and second lists."""

    files: list[DeliveredFile]
    unread: list[str]
    region_reports: list[Report]
    findings: list[Finding]
    lists: SecondLists = NO_LISTS


def check(
    par_path: Path,
    reports_path: Path | None,
    seeds: Path,
    memory: Path | None = None,
    lists_path: Path | None = None,
) -> Passed:
    """Look at everything that a build reads. Raises RefusalError with a line for each fault."""
    check_seeds(seeds)
    reports = read_reports(reports_path, seeds)
    lists = read_lists(lists_path, seeds)
    passed = check_extract(par_path, seeds, _remembered(memory, seeds), reports)
    if faults := _cannot_be_compared(passed, lists):
        raise RefusedDeliveryError(faults)
    passed = dataclasses.replace(passed, lists=lists)
    if refusals := [finding.line for finding in passed.findings if finding.is_refusal]:
        raise RefusedDeliveryError(refusals)
    return passed


def _cannot_be_compared(passed: Passed, lists: SecondLists) -> list[str]:
    """A line for each file whose people no second list could name: everything in a list would seem to be missing."""
    return [
        str(
            DeliveryError(
                file.file.path,
                "has serial numbers where second lists have identity numbers",
                "build without COVERAGE_PATH, or from an extract with identity numbers",
                column="personnummer",
            )
        )
        for file in passed.files
        if lists.files and file.file.statuses.get("personnummer") == "assumed"
    ]


def check_extract(
    par_path: Path,
    seeds: Path,
    known: Mapping[str, Any] = MappingProxyType({}),
    reports: RegionReports = NO_REPORTS,
) -> Passed:
    """Look at the files of an extract one by one, held against seeds that are sound. `known` has what is remembered of
    files by their names. Raises RefusedDeliveryError; what files look like on the whole is left to the findings."""
    found, unread = files.files_below(par_path)
    names = files.public_names((path for _, path in found), par_path)
    known_layouts, limits = layouts.read_layouts(seeds), read_limits(seeds)
    try:
        wholes = reduced.wholes_in(par_path, seeds)
    except DeliveryError as error:
        raise RefusedDeliveryError([str(error)]) from None

    def look(folder: str, path: Path, name: str) -> DeliveredFile | DeliveryError:
        try:
            delivered = _delivered_file(folder, path, name, known.get(name), known_layouts)
            account = reduced.as_delivered(delivered.file, delivered.account, name, wholes)
            delivered = dataclasses.replace(delivered, account=account)
            refuse_beyond_limits(delivered.file, delivered.account, limits)
        except DeliveryError as error:
            return error
        return delivered

    with ThreadPoolExecutor(LOOKS_AT_A_TIME) as pool:
        looking = pool.map(look, (folder for folder, _ in found), (path for _, path in found), names)
        looks = list(said_as_it_goes(looking, len(found), "files"))
    faults = [str(look) for look in looks if isinstance(look, DeliveryError)]
    faults += map(str, reduced.missing_files(par_path, names, wholes))
    if faults:
        raise RefusedDeliveryError(faults)
    delivered = [look for look in looks if isinstance(look, DeliveredFile)]
    if not sum(file.account.rows for file in delivered):
        raise RefusedDeliveryError([str(_nothing_to_read(par_path, unread))])
    if wholes is not None:
        unread.remove(reduced.ACCOUNT)
    unread += [on_one_line(masked(path.name)) for path in reports.unread]
    return Passed(delivered, unread, reports.rows, findings([file.account for file in delivered], seeds))


def remember(passed: Passed, seeds: Path, memory: Path) -> None:
    """Write down the accounts, which hold no value of a row."""
    known = {
        "state": _reading_state(seeds),
        "files": [{"file": file.file.as_json(), "account": file.account.as_json()} for file in passed.files],
    }
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps(known), encoding="utf-8")


def memory_of(warehouse: Path) -> Path:
    """Where the accounts of the files that a warehouse was built from are remembered: beside its records."""
    return paths.records_folder(warehouse) / MEMORY


def warnings_of(passed: Passed) -> list[str]:
    """What did not pass and what looks strange, one line each, as much of it as a screen can show."""
    lines = [f"not read: {name}" for name in passed.unread]
    for file in passed.files:
        if rows := file.account.unreadable_rows:
            faults = Counter(row.fault for row in rows)
            withdrawals = sum(row.is_withdrawal for row in rows)
            lines.append(
                f"file={file.account.name}: {len(rows)} rows in quarantine, of which {withdrawals} withdraw a contact "
                f"({', '.join(f'{fault} {count}' for fault, count in faults.items())}); see marts.quarantined_rows"
            )
    lines += coverage.warnings(passed.lists)
    lines += [finding.line for finding in passed.findings]
    shown = [f"warning: {line}" for line in lines[:SHOWN_FAULTS]]
    return shown + ([f"... and {len(lines) - len(shown)} more"] if len(lines) > len(shown) else [])


def changed_files(passed: Passed, par_path: Path, lists_path: Path | None = None) -> list[Path]:
    """The files of an extract and of second lists that are not what they were when they passed, or are new or gone."""
    before = {file.file.path: file.account.version for file in passed.files}
    after = {path: _version_or_none(path) for _, path in files.files_below(par_path)[0]}
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return changed + coverage.changed_files(passed.lists, lists_path)


def damaged_files(passed: Passed) -> list[DeliveryError]:
    """The files that cannot be read to their end, which is known for sure only when every column is read."""
    faults = []
    for delivered in passed.files:
        columns = ", ".join(f"max({quoted(name)})" for name, _ in delivered.file.columns.values())
        try:
            files.in_memory().execute(f"select {columns} from {delivered.file.scan}").fetchall()
        except duckdb.Error:
            faults.append(DeliveryError(delivered.file.path, "the file is damaged", "deliver the whole file again"))
    return faults


def _version_or_none(path: Path) -> str | None:
    try:
        return files.version_of(path)
    except DeliveryError:
        return None


def _delivered_file(folder: str, path: Path, name: str, known: Any, known_layouts: Layouts) -> DeliveredFile:
    version = files.version_of(path)
    if known and known["account"]["version"] == version:
        return DeliveredFile(DataFile.from_json(known["file"], path), folder, Account.from_json(known["account"]))
    file = layouts.open_file(path, folder, known_layouts)
    account = layouts.checked(account_of(file, name, version, known_layouts.listed_codes), file)
    file = file.reduced_to([*REQUIRED, *OPTIONAL, *procedure_dates(file), reduced.MARK])
    if files.version_of(path) != version:
        raise DeliveryError(path, "changes while it is read", "build again when it is whole")
    return DeliveredFile(file, folder, account)


def _nothing_to_read(par_path: Path, unread: list[str]) -> DeliveryError:
    named = f"; not read: {', '.join(unread[:SHOWN_FAULTS])}" if unread else ""
    return DeliveryError(
        par_path,
        f"the extract has no row{named}",
        f"put {', '.join(files.SUFFIXES)} files with rows into {' and '.join(files.FOLDERS)}",
    )


def _remembered(memory: Path | None, seeds: Path) -> dict[str, Any]:
    """What is known of files by their names; nothing where files would be read in another way today."""
    try:
        known = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
    except (OSError, ValueError):
        return {}
    if known.get("state") != _reading_state(seeds):
        return {}
    return {entry["account"]["name"]: entry for entry in known["files"]}


def _reading_state(seeds: Path) -> str:
    """Changes when the gate would find something else in the same file."""
    read = [*sorted(READING_CODE.glob("*.py")), *sorted((seeds / layouts.FOLDER).glob("*.csv"))]
    content = b"".join(path.read_bytes() for path in read)
    state = f"{duckdb.__version__} {search_pattern(seeds)} {paths.par_layout()} "
    return hashlib.sha256(state.encode() + content).hexdigest()
