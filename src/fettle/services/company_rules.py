"""What a company demands of its people: set by an administrator."""

from typing import Any

import msgspec

from fettle.domain.company_rules import CompanyRules
from fettle.domain.people import Caller
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Database
from fettle.services.rows import Transaction


class Rules:
    """The rules of a company count from the next command on."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def of_company(self, caller: Caller) -> CompanyRules:
        """Those that count now."""
        return await self._database.read(lambda tx: tx.company_rules.of_company(caller.company_id))

    async def set(self, intent: Intent, **rules: Any) -> Done:
        """Set these rules; the others stay as they are."""

        def command(tx: Transaction, act: Act) -> Done:
            found = tx.company_rules.of_company(act.company_id)
            changed = {"changed_at": act.now, "changed_by_user_id": act.actor_id, **rules}
            tx.company_rules.set(msgspec.structs.replace(found, **changed))
            return Done(act.company_id)

        return await self._gate.write(intent, command)
