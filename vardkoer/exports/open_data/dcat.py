"""DCAT-AP-SE 3: the catalogue that dataportal.se harvests, one data set for each table, cube and workbook."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
from pathlib import Path

from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from vardkoer.exports.open_data.tables import OpenTable
from vardkoer.reading.release import Release
from vardkoer.warehouse.run_record import sha256_of

SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DATA_THEMES = URIRef("http://publications.europa.eu/resource/authority/data-theme")
PUBLIC = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
FORMATS = {
    ".csv": ("CSV", "text/csv"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    # the EU list of file types has no PX
    ".px": ("TXT", "text/plain"),
    ".xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
# What the addresses of others are: the profile asks for it, and a reader need not fetch them.
CLASSES = {
    "dct_spatial": DCTERMS.Location,
    "dct_language": DCTERMS.LinguisticSystem,
    "dct_license": DCTERMS.LicenseDocument,
    "dct_accrualPeriodicity": DCTERMS.Frequency,
    "dct_accessRights": DCTERMS.RightsStatement,
    "dct_format": DCTERMS.MediaTypeOrExtent,
    "dcat_contactPoint": VCARD.Kind,
    "dcat_mediaType": DCTERMS.MediaType,
    "foaf_homepage": FOAF.Document,
    "spdx_algorithm": SPDX.ChecksumAlgorithm,
}
TITLES = {"csv_excel": "CSV för Excel"}
KEYWORDS = ("vårdköer", "statsbidrag", "operationer", "patientregistret")


@dataclasses.dataclass(frozen=True)
class DataSet:
    """What the catalogue says of one data set, and its files."""

    name: str
    title: str
    description: str
    language: str
    files: tuple[Path, ...]
    months: tuple[datetime.date, datetime.date] | None = None


def table_data_set(release: Release, table: OpenTable, files: tuple[Path, ...]) -> DataSet:
    """The data set of an open table; described in the language of its contract."""
    months = None
    if any(column.name == "operation_month" for column in table.columns):
        first = release.rows(f"select operation_month from {table.relation} order by operation_month limit 1")
        last = release.rows(f"select operation_month from {table.relation} order by operation_month desc limit 1")
        months = (first[0][0], _last_day(last[0][0])) if first and first[0][0] else None
    return DataSet(table.name, table.title, table.description, table.language, files, months)


def _last_day(month: datetime.date) -> datetime.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def write_catalogue(release: Release, data_sets: list[DataSet], folder: Path) -> None:
    """Write the catalogue beside the data package; addresses are below the publisher's own."""
    catalogue = _Catalogue(release, folder)
    for data_set in data_sets:
        catalogue.add(data_set)
    (folder / "catalog.ttl").write_text(catalogue.graph.serialize(format="turtle"), encoding="utf-8")


class _Catalogue:
    """The graph, as it grows. Every node has an address, so that the file is the same from run to run."""

    def __init__(self, release: Release, folder: Path):
        self.settings, self.folder = release.publication, folder
        self.graph = Graph()
        self.graph.bind("spdx", SPDX)
        self.graph.bind("vcard", VCARD)
        self.issued = Literal(release.built_at.date())
        self.uri = self._address("catalog.ttl#catalog")
        self.publisher = URIRef(self.settings["publisher_uri"])
        self.contact = self._address("catalog.ttl#contact")
        self.sample_note = " EXEMPELDATA: personerna är påhittade." if release.is_sample else ""
        self._describe(release)

    def _address(self, path: str) -> URIRef:
        return URIRef(self.settings["base_url"] + path)

    def _add(self, subject: URIRef, **properties: Literal | URIRef | tuple[Literal | URIRef, ...]) -> None:
        for name, found in properties.items():
            prefix, local = name.split("_", 1)
            namespace = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "vcard": VCARD, "spdx": SPDX}[prefix]
            for value in found if isinstance(found, tuple) else (found,):
                self.graph.add((subject, namespace[local], value))
                if name in CLASSES:
                    self.graph.add((value, RDF.type, CLASSES[name]))

    def _describe(self, release: Release) -> None:
        settings = self.settings
        self.graph.add((self.uri, RDF.type, DCAT.Catalog))
        self._add(
            self.uri,
            dct_title=Literal(settings["catalogue_title_sv"], lang="sv"),
            dct_description=Literal(settings["catalogue_description_sv"] + self.sample_note, lang="sv"),
            dct_publisher=self.publisher,
            dct_language=URIRef(settings["language_uri"]),
            dct_license=URIRef(settings["licence_uri"]),
            dct_spatial=URIRef(settings["spatial_uri"]),
            dct_issued=self.issued,
            dct_modified=self.issued,
            dcat_themeTaxonomy=DATA_THEMES,
            foaf_homepage=URIRef(settings["base_url"]),
        )
        self.graph.add((self.publisher, RDF.type, FOAF.Agent))
        self._add(
            self.publisher,
            foaf_name=Literal(settings["publisher_name"], lang="sv"),
            dct_type=URIRef(settings["publisher_type_uri"]),
        )
        self.graph.add((self.contact, RDF.type, VCARD.Organization))
        self._add(
            self.contact,
            vcard_fn=Literal(settings["contact_name"]),
            vcard_hasEmail=URIRef(f"mailto:{settings['contact_email']}"),
        )

    def add(self, data_set: DataSet) -> None:
        """Add a data set and a distribution for each of its files."""
        uri = self._address(f"catalog.ttl#{data_set.name}")
        self._add(self.uri, dcat_dataset=uri)
        self.graph.add((uri, RDF.type, DCAT.Dataset))
        self._add(
            uri,
            dct_title=Literal(data_set.title, lang="sv"),
            dct_description=Literal(data_set.description + self.sample_note, lang=data_set.language),
            dct_identifier=Literal(str(uri)),
            dct_publisher=self.publisher,
            dcat_contactPoint=self.contact,
            dct_language=URIRef(self.settings["language_uri"]),
            dct_spatial=URIRef(self.settings["spatial_uri"]),
            dct_accrualPeriodicity=URIRef(self.settings["frequency_uri"]),
            dct_accessRights=PUBLIC,
            dct_issued=self.issued,
            dct_modified=self.issued,
            dcat_theme=URIRef(self.settings["theme_uri"]),
            dcat_keyword=tuple(Literal(keyword, lang="sv") for keyword in KEYWORDS),
        )
        if data_set.months:
            period = URIRef(f"{uri}-period")
            self._add(uri, dct_temporal=period)
            self.graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
            self._add(period, dcat_startDate=Literal(data_set.months[0]), dcat_endDate=Literal(data_set.months[1]))
        for path in data_set.files:
            self._add_file(uri, data_set, path)

    def _add_file(self, data_set_uri: URIRef, data_set: DataSet, path: Path) -> None:
        file_type, media_type = FORMATS[path.suffix]
        address = self._address(path.relative_to(self.folder).as_posix())
        # two folders hold CSV
        kind = path.parent.name if path.suffix == ".csv" else path.suffix[1:]
        uri = URIRef(f"{data_set_uri}-{kind}")
        checksum = URIRef(f"{uri}-checksum")
        self._add(data_set_uri, dcat_distribution=uri)
        self.graph.add((uri, RDF.type, DCAT.Distribution))
        self._add(
            uri,
            dct_title=Literal(f"{data_set.title} ({TITLES.get(kind, kind.upper())})", lang="sv"),
            dcat_accessURL=address,
            dcat_downloadURL=address,
            dct_format=URIRef(FILE_TYPES + file_type),
            dcat_mediaType=URIRef(MEDIA_TYPES + media_type),
            dct_license=URIRef(self.settings["licence_uri"]),
            dct_issued=self.issued,
            dct_modified=self.issued,
            dcat_byteSize=Literal(path.stat().st_size, datatype=XSD.nonNegativeInteger),
            spdx_checksum=checksum,
        )
        self.graph.add((checksum, RDF.type, SPDX.Checksum))
        self._add(
            checksum,
            spdx_algorithm=SPDX.checksumAlgorithm_sha256,
            spdx_checksumValue=Literal(sha256_of(path), datatype=XSD.hexBinary),
        )
