"""The erasure of personal data: of a person, and of what was written about a work order. It is noted, and irreversible.

Ids and hashes stay where they are, so that the log still verifies.
"""

import msgspec

from fettle.domain.accounts import check_email, require_within
from fettle.domain.activity import EntryType
from fettle.domain.erasures import ERASED_PERSON, Erasure, Wanted
from fettle.domain.errors import Conflict, Detail, invalid_field
from fettle.domain.legal_holds import require_no_hold
from fettle.domain.people import Caller, CredentialKind, User
from fettle.domain.reasons import require_reason
from fettle.domain.work_orders import require_version
from fettle.services.activity import record
from fettle.services.content import record_edit
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.order_erasures import OrderErasure
from fettle.services.ports import Database
from fettle.services.removals import Removals
from fettle.services.rows import Items, Page, Transaction
from fettle.services.users import get_person, require_another_admin
from fettle.services.work_orders import words_of_order

_MOST_NAMED = 10


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
            return Done(user.id)

        return await self._gate.write(intent, command)

    async def of_order(self, intent: Intent, work_order_id: str, wanted: Wanted) -> Done:
        """Erase what is wanted of a work order, whatever its status; nothing left of it: a repeat.

        Raises INVALID_BODY for what does not fit together or evidence of another order, PRECONDITION_FAILED, and
        FILE_IN_USE for bytes that something else needs.
        """
        require_reason(wanted.reason, "reason")
        wanted.require_fitting()
        freed: list[str] = []

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            require_version(order, intent.versions)
            require_no_hold(tx.legal_holds.find(order.id))
            erasure = OrderErasure(tx, act, order, wanted)
            freed[:] = erasure.run()
            if erasure.is_empty:
                return Done(order.id, replayed=True)
            what, about = sorted(wanted.what), erasure.about()
            log = record_edit if erasure.touches_content and order.is_open else record
            version = log(tx, act, order, EntryType.ERASED, erasure.changes, erasure.columns, **about)
            if erasure.columns:
                found_by = words_of_order(msgspec.structs.replace(order, **erasure.columns))
                tx.work_orders.set_words(act.company_id, order.id, found_by)
            noted = (act.new_id(), act.company_id, act.now, act.actor_id, " ".join(what), wanted.reason)
            tx.erasures.add(Erasure(*noted, wanted.of_user_id, order.id))
            return Done(order.id, version=version)

        done = await self._gate.write(intent, command, work_order_id=work_order_id)
        await self._removals.delete(freed)
        return done

    async def page(self, caller: Caller, page: Page) -> Items[Erasure]:
        """The erasures of the caller's company, the oldest first."""

        def query(tx: Transaction) -> Items[Erasure]:
            return Items(tx.erasures.page(caller.company_id, page), tx.erasures.count(caller.company_id))

        return await self._database.read(query)


def _require_free(tx: Transaction, user: User) -> None:
    """Raise LEGAL_HOLD, naming held work orders that this person has to do with."""
    held = tx.legal_holds.on_person(user.company_id, user.id)
    if held:
        raise Conflict("LEGAL_HOLD", *(Detail("legalHold", "held", {"number": each}) for each in held[:_MOST_NAMED]))


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
