"""What a company demands of its people: set by an administrator."""

from typing import Any

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
        """Set all rules; those not named are the ones that count where nobody decided."""

        def command(tx: Transaction, act: Act) -> Done:
            tx.company_rules.set(CompanyRules(act.company_id, act.now, act.actor_id, **rules))
            return Done(act.company_id)

        return await self._gate.write(intent, command)
