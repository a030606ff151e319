"""Words that several pages use, in both languages."""

from typing import Final

from fettle.domain.people import Role
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import Status

STATUS_WORDS: Final = {
    Status.DRAFT: Sentence("Draft", "Brouillon"),
    Status.REVIEW: Sentence("Review", "Revue"),
    Status.PRODUCTION: Sentence("In production", "En production"),
    Status.COMPLETE: Sentence("Complete", "Terminé"),
    Status.CANCELED: Sentence("Canceled", "Annulé"),
    Status.ARCHIVED: Sentence("Archived", "Archivé"),
}
ROLE_WORDS: Final = {
    Role.ADMIN: Sentence("Administrator", "Administration"),
    Role.PLANNER: Sentence("Planner", "Planification"),
    Role.OPERATOR: Sentence("Operator", "Opérateur"),
    Role.VIEWER: Sentence("Viewer", "Lecture seule"),
}
FIELD_WORDS: Final = {
    "name": Sentence("Name", "Nom"),
    "description": Sentence("Description", "Description"),
    "quantity": Sentence("Quantity", "Quantité"),
    "phase": Sentence("Phase", "Phase"),
    "component_id": Sentence("Component", "Composant"),
    "part_number_id": Sentence("Part number", "Référence"),
    "deadline": Sentence("Deadline", "Échéance"),
    "assignee_user_id": Sentence("Assigned to", "Assigné à"),
    "required_photos": Sentence("Required photos", "Photos exigées"),
    "status": Sentence("Status", "Statut"),
}
