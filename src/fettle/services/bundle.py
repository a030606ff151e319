"""Everything that can be done, in one hand: what `build.py` makes, and what dialects, pages and commands use."""

from dataclasses import dataclass

from fettle.services.approvals import Approvals
from fettle.services.catalogue import Catalogue
from fettle.services.checkpoint_copies import CheckpointCopies
from fettle.services.company_rules import Rules
from fettle.services.completions import Completions
from fettle.services.datasets import Datasets
from fettle.services.direct_uploads import DirectUploads
from fettle.services.erasures import Erasures
from fettle.services.evidence import EvidenceService
from fettle.services.evidence_packs import EvidencePacks
from fettle.services.file_links import FileLinks
from fettle.services.files import Files
from fettle.services.keys import Keys
from fettle.services.late_photos import LatePhotos
from fettle.services.legal_holds import LegalHolds
from fettle.services.log import Log
from fettle.services.originals import Originals
from fettle.services.pack_checks import PackChecks
from fettle.services.pack_jobs import PackJobs
from fettle.services.passkeys import Passkeys
from fettle.services.people import People
from fettle.services.pictures import Pictures
from fettle.services.ports import BlobStore, Clock, Database
from fettle.services.proofs import Proofs
from fettle.services.reading import Reading
from fettle.services.reports import Reports
from fettle.services.required_photos import RequiredPhotos
from fettle.services.sessions import Sessions
from fettle.services.templates import Templates
from fettle.services.upload_limits import Limits
from fettle.services.uploads import Uploads
from fettle.services.users import Users
from fettle.services.verification import Verification
from fettle.services.work_orders import WorkOrders


@dataclass(frozen=True, slots=True)
class Services:
    """One of each. `database`, `blobs` and `clock` are here for readiness and measurements, not for rules."""

    people: People
    sessions: Sessions
    users: Users
    keys: Keys
    catalogue: Catalogue
    datasets: Datasets
    work_orders: WorkOrders
    reading: Reading
    log: Log
    checkpoint_copies: CheckpointCopies
    verification: Verification
    required_photos: RequiredPhotos
    templates: Templates
    approvals: Approvals
    completions: Completions
    proofs: Proofs
    passkeys: Passkeys
    evidence: EvidenceService
    late_photos: LatePhotos
    files: Files
    file_links: FileLinks
    originals: Originals
    pictures: Pictures
    reports: Reports
    evidence_packs: EvidencePacks
    pack_jobs: PackJobs
    pack_checks: PackChecks
    limits: Limits
    rules: Rules
    legal_holds: LegalHolds
    erasures: Erasures
    uploads: Uploads
    direct_uploads: DirectUploads
    database: Database
    blobs: BlobStore
    clock: Clock
