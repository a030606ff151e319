"""All services from their parts: with `build.py` the only file that knows every one of them."""

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from fettle.background import Parts
from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.passkeys import site_of
from fettle.media import types
from fettle.media.pictures import PictureReader
from fettle.passkeys import WebAuthn
from fettle.passwords import Argon2Hasher
from fettle.report.printer import Printer
from fettle.services.approvals import Approvals
from fettle.services.bundle import Services
from fettle.services.catalogue import Catalogue
from fettle.services.checking import Check
from fettle.services.company_rules import Rules
from fettle.services.completions import Completions
from fettle.services.damage import Damage
from fettle.services.datasets import Datasets
from fettle.services.direct_uploads import DirectUploads
from fettle.services.erasures import Erasures
from fettle.services.evidence import EvidenceRules, EvidenceService
from fettle.services.file_links import FileLinks
from fettle.services.files import Files
from fettle.services.gate import Gate
from fettle.services.keeping import PhotoWatch
from fettle.services.keys import Keys
from fettle.services.late_photos import LatePhotos
from fettle.services.legal_holds import LegalHolds
from fettle.services.log import Log
from fettle.services.originals import Originals
from fettle.services.owner import Owner
from fettle.services.passkeys import Passkeys
from fettle.services.password_checks import PasswordChecks
from fettle.services.people import People
from fettle.services.pictures import Pictures
from fettle.services.proofs import Proofs
from fettle.services.reading import Reading
from fettle.services.removals import Removals
from fettle.services.reports import Reports
from fettle.services.required_photos import RequiredPhotos
from fettle.services.sessions import Sessions
from fettle.services.signatures import Signatures
from fettle.services.templates import Templates
from fettle.services.upkeep import Sweep
from fettle.services.upload_limits import Limits
from fettle.services.uploads import Uploads
from fettle.services.users import Users
from fettle.services.verification import Verification
from fettle.services.work_orders import WorkOrders
from fettle.settings import Settings
from fettle.signing import open_signer

if TYPE_CHECKING:
    from fettle.blobs.disk import DiskBlobs
    from fettle.blobs.s3 import S3Blobs

_HOUR_S: Final = 3600


class _Ground(NamedTuple):
    """What everything stands on."""

    settings: Settings
    database: OpenDatabase
    blobs: "DiskBlobs | S3Blobs"
    clock: SystemClock
    gate: Gate
    passwords: PasswordChecks


class _Taking(NamedTuple):
    """What takes bytes in and keeps them."""

    signatures: Signatures
    files: Files
    watch: PhotoWatch
    direct: DirectUploads
    evidence: EvidenceService
    pictures: Pictures
    uploads: Uploads
    removals: Removals
    check: Check


def assemble(settings: Settings, database: OpenDatabase, blobs: "DiskBlobs | S3Blobs", reader: PictureReader) -> Parts:
    """All parts over what is open; raises UnfitKey where there is no key to sign the log with."""
    clock = SystemClock()
    ground = _Ground(settings, database, blobs, clock, Gate(database, clock), PasswordChecks(Argon2Hasher()))
    taking = _taking(settings, database, blobs, reader, ground.gate, clock)
    services = _services(ground, taking)
    owner = Owner(database, ground.gate, clock, ground.passwords)
    sweep = Sweep(database, blobs, clock)
    return Parts(services, owner, taking.check, sweep, taking.removals, taking.watch, blobs, database, clock)


def _services(ground: _Ground, taking: _Taking) -> Services:
    settings, database, blobs, clock, gate, passwords = ground
    signer = open_signer(settings.signing_key_file or settings.data.absolute() / "signing-key.pem")
    log, webauthn, site = Log(database, clock, signer), WebAuthn(), site_of(settings.public_url)
    return Services(
        people=People(database, clock),
        sessions=Sessions(database, gate, clock, passwords, lasts_s=settings.session_hours * _HOUR_S),
        users=Users(database, gate, passwords),
        keys=Keys(database, gate, clock),
        catalogue=Catalogue(database, gate),
        datasets=Datasets(database, gate),
        work_orders=WorkOrders(database, gate),
        log=log,
        verification=Verification(database, log, clock, signer, webauthn),
        reading=Reading(database, shows_twins=settings.same_photo != "allow"),
        required_photos=RequiredPhotos(gate),
        templates=Templates(database, gate),
        approvals=Approvals(gate),
        completions=Completions(gate),
        proofs=Proofs(database, clock, passwords, webauthn, site),
        passkeys=Passkeys(database, gate, clock, webauthn, site),
        evidence=taking.evidence,
        late_photos=LatePhotos(gate),
        files=taking.files,
        file_links=FileLinks(database, gate, taking.files, taking.signatures, clock),
        originals=Originals(database, taking.files),
        pictures=taking.pictures,
        reports=Reports(database, taking.pictures, Printer(blobs.scratch), clock, settings.public_url),
        limits=Limits(database, gate),
        rules=Rules(database, gate),
        legal_holds=LegalHolds(gate),
        erasures=Erasures(database, gate, taking.removals),
        uploads=taking.uploads,
        direct_uploads=taking.direct,
        database=database,
        blobs=blobs,
        clock=clock,
    )


def _taking(
    settings: Settings,
    database: OpenDatabase,
    blobs: "DiskBlobs | S3Blobs",
    reader: PictureReader,
    gate: Gate,
    clock: SystemClock,
) -> _Taking:
    damage, signatures = Damage(database, gate, clock), Signatures(database, clock)
    files = Files(database, blobs, types, clock, gate, damage)
    max_bytes = settings.max_upload_bytes
    watch = PhotoWatch(database, gate, blobs, files, damage, grace_s=settings.photo_grace_s, max_bytes=max_bytes)
    direct = DirectUploads(database, gate, blobs, files, signatures, clock, max_bytes=max_bytes)
    evidence = EvidenceService(gate, files, watch, direct, _evidence_rules(settings))
    lasts_s, pictures = settings.upload_expires_s, Pictures(database, blobs, files, reader, clock)
    uploads = Uploads(database, gate, blobs, evidence, clock, max_bytes=max_bytes, lasts_s=lasts_s)
    removals, check = Removals(database, gate, blobs, clock), Check(database, blobs, clock, damage)
    return _Taking(signatures, files, watch, direct, evidence, pictures, uploads, removals, check)


def _evidence_rules(settings: Settings) -> EvidenceRules:
    return EvidenceRules(
        cdn_hosts=_cdn_hosts(settings),
        cdn_https_only=settings.cdn_https_only,
        photo_objects_required=settings.photo_objects == "required",
        attachment_bytes_required=settings.attachment_bytes == "required",
        same_photo_refused=settings.same_photo == "refuse",
    )


def _cdn_hosts(settings: Settings) -> frozenset[str]:
    """Where hosts are listed, our own is among them: it is named in the `cdnUrl` of direct uploads."""
    own = urlsplit(settings.public_url or "").hostname
    return frozenset({*settings.cdn_hosts, *([own] if own and settings.cdn_hosts else [])})
