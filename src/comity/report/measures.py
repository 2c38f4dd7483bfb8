"""The results by region that tables and JSON show: name in the outcome, words, unit, decimals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One result by region.

    Attributes:
        name: of the variable in `Outcome.data`, and of the property in the JSON object.
        label: as a table says it, without the unit.
        unit: ``%`` or ``US$ bn``.
        digits: decimals in tables.
    """

    name: str
    label: str
    unit: str
    digits: int


MEASURES = (
    Measure("real_income_pct", "real income", "%", 3),
    Measure("equivalent_variation_usd_bn", "real income (equivalent variation)", "US$ bn", 2),
    Measure("real_wage_pct", "real wage", "%", 3),
    Measure("real_gdp_pct", "real GDP", "%", 3),
    Measure("consumer_prices_pct", "consumer prices, relative to world factor income [1]", "%", 3),
    Measure("consumer_prices_own_wage_pct", "consumer prices, relative to own wages [1]", "%", 3),
    Measure("exports_pct", "exports shipped, baseline prices", "%", 2),
    Measure("imports_pct", "imports shipped, baseline prices", "%", 2),
    Measure("terms_of_trade_pct", "terms of trade", "%", 3),
    Measure("tariff_revenue_usd_bn", "tariff revenue", "US$ bn", 2),
    Measure("tariff_revenue_change_usd_bn", "change in tariff revenue", "US$ bn", 2),
    Measure("export_tax_revenue_usd_bn", "export-tax revenue", "US$ bn", 2),
    Measure("final_spending_usd_bn", "final spending", "US$ bn", 1),
    Measure("transfer_usd_bn", "net transfer received", "US$ bn", 2),
    Measure("public_absorption_usd_bn", "added public absorption", "US$ bn", 2),
    Measure("subsidies_usd_bn", "production subsidies", "US$ bn", 2),
    Measure("workforce_moved_pct", "factors that change sector", "%", 3),
    Measure("balance_usd_bn", "trade balance", "US$ bn", 2),
    Measure("balance_change_usd_bn", "change in trade balance", "US$ bn", 2),
)
"""Every result by region, in the order of the JSON object."""

BY_SECTOR = (
    Measure("output_pct", "output", "%", 2),
    Measure("output_change_usd_bn", "change in the value of output", "US$ bn", 2),
    Measure("factor_income_pct", "factor income", "%", 2),
    Measure("value_added_change_usd_bn", "real value added", "US$ bn", 2),
    Measure("factor_use_pct", "factor input", "%", 2),
    Measure("factor_use_points", "factor input, share of all factors", "points", 3),
    Measure("producer_price_pct", "producer price, relative to world factor income", "%", 3),
)
BY_PAIR = (
    Measure("goods_balance_usd_bn", "goods balance", "US$ bn", 2),
    Measure("goods_balance_change_usd_bn", "change in goods balance", "US$ bn", 2),
    Measure("bilateral_balance_usd_bn", "bilateral balance", "US$ bn", 2),
    Measure("bilateral_balance_change_usd_bn", "change in bilateral balance", "US$ bn", 2),
    Measure("public_purchases_usd_bn", "purchases of added public absorption", "US$ bn", 2),
)
BY_FLOW = (
    Measure("trade_usd_bn", "trade", "US$ bn", 2),
    Measure("trade_change_usd_bn", "change in trade", "US$ bn", 2),
    Measure("tariff_pct", "tariff", "%", 2),
    Measure("duties_usd_bn", "duties", "US$ bn", 2),
    Measure("duties_change_usd_bn", "change in duties", "US$ bn", 2),
    Measure("border_price_pct", "border price, relative to world factor income", "%", 3),
    Measure("buyer_price_pct", "buyer's price, the tariff included", "%", 3),
)
ALONG_CHAINS = (
    Measure("value_added_in_use_usd_bn", "value added in final use", "US$ bn", 2),
    Measure("value_added_by_maker_usd_bn", "value added in final use, by maker", "US$ bn", 2),
)
EXPLAINED = (
    Measure("channel_points", "real income, by channel", "% points", 4),
    Measure("source_points", "real income, by source of income", "% points", 4),
    Measure("sector_points", "real income, by sector", "% points", 4),
    Measure("partner_points", "real income, by partner", "% points", 4),
    Measure("burden_payment_usd_bn", "burden of a transfer: payment", "US$ bn", 2),
    Measure("burden_terms_of_trade_usd_bn", "burden of a transfer: terms of trade", "US$ bn", 2),
    Measure("burden_public_absorption_usd_bn", "burden of a transfer: public absorption", "US$ bn", 2),
    Measure("burden_rest_usd_bn", "burden of a transfer: rest", "US$ bn", 2),
    Measure("burden_terms_of_trade_pct", "burden of a transfer: terms of trade over payment", "%", 1),
)
OF_COMMITMENTS = (
    Measure("commitment_without_usd_bn", "bought, without commitments", "US$ bn", 2),
    Measure("commitment_binds_pct", "commitment binds", "% of draws", 1),
    Measure("commitment_border_price_pct", "seller's price, by the commitment", "%", 2),
    Measure("commitment_buyer_price_pct", "buyer's price, by the commitment", "%", 2),
    Measure("commitment_lost_usd_bn", "real income lost, by commitments", "US$ bn", 2),
    Measure("commitment_sales_usd_bn", "sales to the buyer, by the commitment", "US$ bn", 2),
)
JOBS = (
    Measure("jobs_change_thousand", "change in jobs", "thousand", 1),
    Measure("real_pay_pct", "real pay", "%", 2),
)
EVERY = (*MEASURES, *BY_SECTOR, *BY_PAIR, *BY_FLOW, *ALONG_CHAINS, *EXPLAINED, *OF_COMMITMENTS, *JOBS)
"""With those by sector, by partner, by sector, importer and exporter, along the chain of supply, where real income
comes from, and jobs."""

SECTOR = tuple(measure.name for measure in BY_SECTOR)
"""Every result by region and sector, in the order of the JSON object."""

PRICES_NOTE = "[1] prices relative to world factor income, or to own wages: not inflation."

ALWAYS = (
    "real_income_pct",
    "equivalent_variation_usd_bn",
    "real_wage_pct",
    "real_gdp_pct",
    "consumer_prices_pct",
    "exports_pct",
    "imports_pct",
    "terms_of_trade_pct",
    "tariff_revenue_usd_bn",
    "tariff_revenue_change_usd_bn",
)
"""Shown in detail for every region in focus."""
IF_NOT_ZERO = (
    "export_tax_revenue_usd_bn",
    "public_absorption_usd_bn",
    "subsidies_usd_bn",
    "workforce_moved_pct",
    "balance_change_usd_bn",
)
"""Shown in detail where they are not zero; what is in neither list is in files and JSON only."""
