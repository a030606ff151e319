"""Contract B: the PMS dialect below `/v1`, which is this project's own full API as well."""

from fettle.web.operations import Operation
from fettle.web.pms.activity import activity
from fettle.web.pms.api_keys import api_keys
from fettle.web.pms.approvals import approvals
from fettle.web.pms.attachments import attachments
from fettle.web.pms.catalogue import catalogue
from fettle.web.pms.company_rules import company_rules
from fettle.web.pms.completions import completion_operations
from fettle.web.pms.datasets import datasets
from fettle.web.pms.direct_uploads import direct_uploads
from fettle.web.pms.erasures import erasures
from fettle.web.pms.evidence_packs import evidence_packs
from fettle.web.pms.file_links import file_links
from fettle.web.pms.late_photos import late_photos
from fettle.web.pms.legal_holds import legal_holds
from fettle.web.pms.log import log
from fettle.web.pms.me import me_operations
from fettle.web.pms.originals import originals
from fettle.web.pms.pack_jobs import pack_jobs
from fettle.web.pms.passkeys import passkey_operations
from fettle.web.pms.people import people
from fettle.web.pms.photos import photos
from fettle.web.pms.renditions import renditions
from fettle.web.pms.reports import reports
from fettle.web.pms.required_photos import required_photos
from fettle.web.pms.sessions import session_operations
from fettle.web.pms.templates import templates
from fettle.web.pms.upload_limits import upload_limits
from fettle.web.pms.work_orders import work_orders
from fettle.web.sign_ins import SignIns


def operations(sign_ins: SignIns) -> list[Operation]:
    """All operations of the dialect; whoever guesses passwords is counted in `sign_ins`."""
    declared = (
        photos,
        direct_uploads,
        late_photos,
        work_orders,
        required_photos,
        templates,
        activity,
        log,
        approvals,
        attachments,
        catalogue,
        datasets,
        people,
        api_keys,
        originals,
        reports,
        evidence_packs,
        pack_jobs,
        renditions,
        file_links,
        upload_limits,
        company_rules,
        legal_holds,
        erasures,
    )
    return [
        *(operation for part in declared for operation in part.all),
        *session_operations(sign_ins),
        *me_operations(sign_ins),
        *completion_operations(sign_ins),
        *passkey_operations(sign_ins),
    ]
