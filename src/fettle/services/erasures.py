"""The erasure of personal data: of a person, and of what was written about a work order. It is noted, and irreversible.

Ids and hashes stay where they are, so that the log still verifies.
"""

from collections.abc import Mapping

from fettle.domain.accounts import check_email, require_within
from fettle.domain.erasures import ERASED_PERSON, OF_EVIDENCE, Erasure, Wanted
from fettle.domain.errors import Conflict, invalid_field
from fettle.domain.evidence import Evidence
from fettle.domain.legal_holds import require_no_hold, require_none_held
from fettle.domain.people import Caller, CredentialKind, User
from fettle.domain.reasons import require_reason
from fettle.domain.work_orders import WorkOrder, require_version
from fettle.services.file_erasures import FileErasure
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.order_erasures import OrderErasure
from fettle.services.pack_jobs import drop_packs
from fettle.services.ports import Database
from fettle.services.removals import Removals
from fettle.services.rows import Items, Page, Transaction
from fettle.services.users import get_person, require_another_admin


class Erasures:
    """Each command raises INVALID_BODY without a reason, and LEGAL_HOLD."""

    def __init__(self, database: Database, gate: Gate, removals: Removals) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._removals = removals

    async def of_user(self, intent: Intent, user_id: str, email: str, reason: str) -> Done:
        """Leave nothing of a user but the id; erased already: a repeat.

        Raises INVALID_BODY for an address that is not the user's, NotFound, OWN_ACCOUNT, LAST_ADMIN, Forbidden for a
        role with more rights than the caller.
        """
        require_reason(reason, "reason")
        repeated = check_email(email)
        freed: list[str] = []

        def command(tx: Transaction, act: Act) -> Done:
            user = get_person(tx, act.company_id, user_id)
            if user.erased_at is not None:
                return Done(user.id, replayed=True)
            require_within(intent.caller, user.role)
            if user.email != repeated:
                raise invalid_field("email", "not_this_user")
            if user.id in act.people:
                raise Conflict("OWN_ACCOUNT")
            require_another_admin(tx, user)
            _require_free(tx, user)
            _erase(tx, act, user)
            tx.erasures.add(Erasure(act.new_id(), act.company_id, act.now, act.actor_id, "person", reason, user.id))
            freed[:] = drop_packs(tx, act.company_id)
            return Done(user.id)

        done = await self._gate.write(intent, command)
        await self._removals.delete(freed)
        return done

    async def of_order(self, intent: Intent, work_order_id: str, wanted: Wanted) -> Done:
        """Erase what is wanted of a work order, whatever its status; nothing left of it: a repeat.

        What is erased of a file is erased for all evidence that names it, with an entry on each order that it touches;
        a hold on any of those is named. Raises INVALID_BODY for what does not fit together or evidence of another
        order, PRECONDITION_FAILED, and FILE_IN_USE for bytes that a template or a signature needs.
        """
        require_reason(wanted.reason, "reason")
        wanted.require_fitting()
        freed: list[str] = []

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            require_version(order, intent.versions)
            require_no_hold(tx.legal_holds.find(order.id))
            chosen, files = _chosen(tx, order, wanted), FileErasure(tx, act, wanted.what)
            freed[:] = files.run(chosen)
            erasure = OrderErasure(tx, act, order, wanted, chosen, files)
            freed.extend(erasure.run())
            versions = {} if erasure.is_empty else {order.id: erasure.record()}
            versions |= _erase_besides(tx, act, wanted.of_files(), files.besides(chosen), files)
            for order_id in versions:
                freed.extend(drop_packs(tx, act.company_id, order_id))
            return Done(order.id, replayed=not versions, version=versions.get(order.id))

        done = await self._gate.write(intent, command, work_order_id=work_order_id)
        await self._removals.delete(freed)
        return done

    async def page(self, caller: Caller, page: Page) -> Items[Erasure]:
        """The erasures of the caller's company, the oldest first."""

        def query(tx: Transaction) -> Items[Erasure]:
            return Items(tx.erasures.page(caller.company_id, page), tx.erasures.count(caller.company_id))

        return await self._database.read(query)


def _chosen(tx: Transaction, order: WorkOrder, wanted: Wanted) -> list[Evidence]:
    """The evidence that is meant; raises INVALID_BODY where some of it is not the order's."""
    if wanted.what.isdisjoint(OF_EVIDENCE):
        return []
    found, ids = tx.evidence.of_orders([order.id]), wanted.evidence_ids
    if ids is None:
        return found
    if not ids <= {entry.id for entry in found}:
        raise invalid_field("evidence_ids", "not_found")
    return [entry for entry in found if entry.id in ids]


def _erase_besides(
    tx: Transaction, act: Act, wanted: Wanted, evidence: Mapping[str, list[Evidence]], files: FileErasure
) -> dict[str, int]:
    """What became of files as other evidence has it, by the id of its work order; the versions that it makes of those.

    Raises LEGAL_HOLD, naming those that are held.
    """
    versions, held = dict[str, int](), list[int]()
    for order_id, entries in evidence.items():
        order = tx.work_orders.get_for_change(act.company_id, order_id)
        erasure = OrderErasure(tx, act, order, wanted, entries, files)
        erasure.run()
        if not erasure.is_empty:
            held += [order.wo_number] if tx.legal_holds.find(order.id) else []
            versions[order.id] = erasure.record()
    require_none_held(held)
    return versions


def _require_free(tx: Transaction, user: User) -> None:
    """Raise LEGAL_HOLD, naming held work orders that this person has to do with."""
    require_none_held(tx.legal_holds.on_person(user.company_id, user.id))


def _erase(tx: Transaction, act: Act, user: User) -> None:
    """Another address that nobody has, no name, no password, and nothing that still counts."""
    for kind in CredentialKind:
        tx.people.revoke_all_of(user.id, kind, act.now, but=None)
    tx.people.blank_credentials(user.id)
    tx.passkeys.forget(user.id)
    tx.people.change_user(
        user.id,
        email=f"{act.new_id()}@erased.invalid",
        first_name=ERASED_PERSON,
        last_name=user.id[-8:],
        password_hash=None,
        disabled_at=user.disabled_at or act.now,
        erased_at=act.now,
    )
