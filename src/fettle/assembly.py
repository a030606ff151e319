"""All services from their parts: with `build.py` the only file that knows every one of them."""

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from fettle.background import Parts
from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.checkpoint_copies import Destination
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
from fettle.services.checkpoint_copies import CheckpointCopies
from fettle.services.company_rules import Rules
from fettle.services.completions import Completions
from fettle.services.damage import Damage
from fettle.services.datasets import Datasets
from fettle.services.direct_uploads import DirectUploads
from fettle.services.erasures import Erasures
from fettle.services.evidence import EvidenceRules, EvidenceService
from fettle.services.evidence_packs import EvidencePacks
from fettle.services.file_links import FileLinks
from fettle.services.files import Files
from fettle.services.gate import Gate
from fettle.services.keeping import PhotoWatch
from fettle.services.keys import Keys
from fettle.services.late_photos import LatePhotos
from fettle.services.legal_holds import LegalHolds
from fettle.services.log import Log
from fettle.services.log_check import LogCheck
from fettle.services.originals import Originals
from fettle.services.owner import Owner
from fettle.services.pack_checks import PackChecks
from fettle.services.pack_jobs import PackJobs
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
from fettle.verifier.packs import verify_at_once

if TYPE_CHECKING:
    from fettle.blobs.disk import DiskBlobs
    from fettle.blobs.s3 import S3Blobs

_HOUR_S: Final = 3600


class _Core(NamedTuple):
    """What nearly every service needs."""

    database: OpenDatabase
    blobs: "DiskBlobs | S3Blobs"
    gate: Gate
    clock: SystemClock
    passwords: PasswordChecks


class _Taking(NamedTuple):
    """What takes bytes in, keeps them, and shows them."""

    signatures: Signatures
    files: Files
    watch: PhotoWatch
    direct: DirectUploads
    evidence: EvidenceService
    pictures: Pictures
    uploads: Uploads
    removals: Removals
    check: Check
    reports: Reports


class _Proving(NamedTuple):
    """What the record proves, and to whom."""

    log: Log
    copies: CheckpointCopies
    verification: Verification
    packs: EvidencePacks
    pack_jobs: PackJobs
    log_check: LogCheck
    proofs: Proofs
    passkeys: Passkeys


def assemble(settings: Settings, database: OpenDatabase, blobs: "DiskBlobs | S3Blobs", reader: PictureReader) -> Parts:
    """All parts over what is open; raises UnfitKey where there is no key to sign the log with."""
    clock = SystemClock()
    core = _Core(database, blobs, Gate(database, clock), clock, PasswordChecks(Argon2Hasher()))
    taking = _taking(settings, core, reader)
    proving = _proving(settings, core, taking)
    return Parts(
        services=_services(settings, core, taking, proving),
        owner=Owner(database, core.gate, clock, core.passwords),
        check=taking.check,
        log_check=proving.log_check,
        sweep=Sweep(database, blobs, clock),
        removals=taking.removals,
        watch=taking.watch,
        blobs=blobs,
        database=database,
        clock=clock,
    )


def _services(settings: Settings, core: _Core, taking: _Taking, proving: _Proving) -> Services:
    session_s = settings.session_hours * _HOUR_S
    return Services(
        people=People(core.database, core.clock),
        sessions=Sessions(core.database, core.gate, core.clock, core.passwords, lasts_s=session_s),
        users=Users(core.database, core.gate, core.passwords),
        keys=Keys(core.database, core.gate, core.clock),
        catalogue=Catalogue(core.database, core.gate),
        datasets=Datasets(core.database, core.gate),
        work_orders=WorkOrders(core.database, core.gate),
        log=proving.log,
        checkpoint_copies=proving.copies,
        verification=proving.verification,
        reading=Reading(core.database, shows_twins=settings.same_photo != "allow"),
        required_photos=RequiredPhotos(core.gate),
        templates=Templates(core.database, core.gate),
        approvals=Approvals(core.gate),
        completions=Completions(core.gate),
        proofs=proving.proofs,
        passkeys=proving.passkeys,
        evidence=taking.evidence,
        late_photos=LatePhotos(core.gate),
        files=taking.files,
        file_links=FileLinks(core.database, core.gate, taking.files, taking.signatures, core.clock),
        originals=Originals(core.database, taking.files),
        pictures=taking.pictures,
        reports=taking.reports,
        evidence_packs=proving.packs,
        pack_jobs=proving.pack_jobs,
        pack_checks=PackChecks(verify_at_once),
        limits=Limits(core.database, core.gate),
        rules=Rules(core.database, core.gate),
        legal_holds=LegalHolds(core.gate),
        erasures=Erasures(core.database, core.gate, taking.removals),
        uploads=taking.uploads,
        direct_uploads=taking.direct,
        database=core.database,
        blobs=core.blobs,
        clock=core.clock,
    )


def _taking(settings: Settings, core: _Core, reader: PictureReader) -> _Taking:
    database, blobs, gate, clock, _ = core
    damage, signatures = Damage(database, gate, clock), Signatures(database, clock)
    files = Files(database, blobs, types, clock, gate, damage)
    max_bytes = settings.max_upload_bytes
    watch = PhotoWatch(database, gate, blobs, files, damage, grace_s=settings.photo_grace_s, max_bytes=max_bytes)
    direct = DirectUploads(database, gate, blobs, files, signatures, clock, max_bytes=max_bytes)
    evidence = EvidenceService(gate, files, watch, direct, _evidence_rules(settings))
    lasts_s, pictures = settings.upload_expires_s, Pictures(database, blobs, files, reader, clock)
    uploads = Uploads(database, gate, blobs, evidence, clock, max_bytes=max_bytes, lasts_s=lasts_s)
    removals, check = Removals(database, gate, blobs, clock), Check(database, blobs, clock, damage)
    reports = Reports(database, pictures, Printer(blobs.scratch), clock, settings.public_url)
    return _Taking(signatures, files, watch, direct, evidence, pictures, uploads, removals, check, reports)


def _proving(settings: Settings, core: _Core, taking: _Taking) -> _Proving:
    database, blobs, gate, clock, _ = core
    signer = open_signer(settings.signing_key_file or settings.data.absolute() / "signing-key.pem")
    destinations = _destinations(settings)
    log, copies = Log(database, clock, signer, destinations), CheckpointCopies(database, clock, destinations)
    packs = EvidencePacks(database, log, taking.reports, taking.files, clock)
    jobs = PackJobs(database, gate, blobs, packs, clock)
    webauthn, site = WebAuthn(), site_of(settings.public_url)
    verification, log_check = Verification(database, log, clock, signer, webauthn), LogCheck(database, signer, webauthn)
    proofs = Proofs(database, clock, core.passwords, webauthn, site)
    passkeys = Passkeys(database, gate, clock, webauthn, site)
    return _Proving(log, copies, verification, packs, jobs, log_check, proofs, passkeys)


def _destinations(settings: Settings) -> frozenset[Destination]:
    """Those for which `background.py` opens somebody who takes copies."""
    given = {
        Destination.FOLDER: settings.checkpoint_folder,
        Destination.WEBHOOK: settings.checkpoint_webhook,
        Destination.S3: settings.checkpoint_s3,
        Destination.TIMESTAMP: settings.timestamp_url,
    }
    return frozenset(destination for destination, value in given.items() if value is not None)


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
