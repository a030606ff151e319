"""One connection's transaction, seen as its nouns."""

from fettle.db.activity import ActivityTable
from fettle.db.approvals import ApprovalTable
from fettle.db.catalogue import CatalogueTables
from fettle.db.checkpoint_copies import CheckpointCopyTable
from fettle.db.company_rules import CompanyRuleTable
from fettle.db.direct_uploads import DirectUploadTable
from fettle.db.effects import EffectTable
from fettle.db.erasures import ErasureTable
from fettle.db.evidence import EvidenceTable
from fettle.db.file_links import FileLinkTable, LinkSecretTable
from fettle.db.files import FileTable
from fettle.db.jobs import JobTable
from fettle.db.late_photos import LatePhotoTable
from fettle.db.legal_holds import LegalHoldTable
from fettle.db.log import LogTables
from fettle.db.log_check import LogCheckTables
from fettle.db.pack_jobs import PackJobTable
from fettle.db.people import PeopleTables
from fettle.db.pictures import PictureTables
from fettle.db.removals import RemovalTables
from fettle.db.required_photos import RequiredPhotoTable
from fettle.db.sql import Sql
from fettle.db.templates import TemplateTables
from fettle.db.upload_limits import UploadLimitTable
from fettle.db.uploads import UploadTables
from fettle.db.work_orders import WorkOrderTable


class Nouns:
    """Fulfils `services.rows.Transaction`; made once for a connection, for the nouns keep no state."""

    def __init__(self, sql: Sql) -> None:
        self.work_orders = WorkOrderTable(sql)
        self.evidence = EvidenceTable(sql)
        self.activity = ActivityTable(sql)
        self.log = LogTables(sql)
        self.checkpoint_copies = CheckpointCopyTable(sql)
        self.log_check = LogCheckTables(sql)
        self.approvals = ApprovalTable(sql)
        self.people = PeopleTables(sql)
        self.catalogue = CatalogueTables(sql)
        self.files = FileTable(sql)
        self.jobs = JobTable(sql)
        self.effects = EffectTable(sql)
        self.uploads = UploadTables(sql)
        self.direct_uploads = DirectUploadTable(sql)
        self.link_secrets = LinkSecretTable(sql)
        self.pictures = PictureTables(sql)
        self.file_links = FileLinkTable(sql)
        self.late_photos = LatePhotoTable(sql)
        self.upload_limits = UploadLimitTable(sql)
        self.required_photos = RequiredPhotoTable(sql)
        self.templates = TemplateTables(sql)
        self.company_rules = CompanyRuleTable(sql)
        self.legal_holds = LegalHoldTable(sql)
        self.erasures = ErasureTable(sql)
        self.removals = RemovalTables(sql)
        self.pack_jobs = PackJobTable(sql)
