"""What changes: rules stacked into a scenario, and the pure function from a world and a scenario to a shock."""

from comity.policy.agreement_rule import Agreement
from comity.policy.agreements import Effect, TradeAgreement, agreement, agreements
from comity.policy.bans import ExportControl, ImportBan, effective_coverage
from comity.policy.commitments import PurchaseCommitment
from comity.policy.decoupling import Decoupling
from comity.policy.defence import DefenceSpending
from comity.policy.disruption import Disruption
from comity.policy.duties import ExportTax, Tariff
from comity.policy.examples import example_text, examples
from comity.policy.factor_supply import FactorSupply
from comity.policy.goals import Goal
from comity.policy.groupings import Grouping, grouping, groupings
from comity.policy.instruments import INSTRUMENTS, apply
from comity.policy.libraries import Apply
from comity.policy.options import OPTIONS
from comity.policy.outcomes import OUTCOMES
from comity.policy.quantities import Dollars, Rate
from comity.policy.regions import resolve_regions
from comity.policy.scenario import Scenario
from comity.policy.schedule import Schedule
from comity.policy.schema import scenario_schema
from comity.policy.scope import Scope
from comity.policy.sectors import resolve_sectors
from comity.policy.shock import Shock
from comity.policy.subsidies import ProductionSubsidy
from comity.policy.technology import Productivity
from comity.policy.trade_costs import NonTariffCost
from comity.policy.transfers import Transfer
from comity.policy.variants import Variant

__all__ = [
    "INSTRUMENTS",
    "OPTIONS",
    "OUTCOMES",
    "Agreement",
    "Apply",
    "Decoupling",
    "DefenceSpending",
    "Disruption",
    "Dollars",
    "Effect",
    "ExportControl",
    "ExportTax",
    "FactorSupply",
    "Goal",
    "Grouping",
    "ImportBan",
    "NonTariffCost",
    "ProductionSubsidy",
    "Productivity",
    "PurchaseCommitment",
    "Rate",
    "Scenario",
    "Schedule",
    "Scope",
    "Shock",
    "Tariff",
    "TradeAgreement",
    "Transfer",
    "Variant",
    "agreement",
    "agreements",
    "apply",
    "effective_coverage",
    "example_text",
    "examples",
    "grouping",
    "groupings",
    "resolve_regions",
    "resolve_sectors",
    "scenario_schema",
]
