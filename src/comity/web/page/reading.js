// One variant of an answer, read by code; and the variants as lines, each with its horizons where it is a path.

export const MEASURES = {
  real_income_pct: ["Real income", "%"],
  equivalent_variation_usd_bn: ["Real income (equivalent variation)", "US$ bn"],
  real_wage_pct: ["Real wage", "%"],
  real_gdp_pct: ["Real GDP", "%"],
  consumer_prices_own_wage_pct: ["Consumer prices, in own wages", "%"],
  exports_pct: ["Exports, volume", "%"],
  imports_pct: ["Imports, volume", "%"],
  terms_of_trade_pct: ["Terms of trade", "%"],
  tariff_revenue_change_usd_bn: ["Tariff revenue", "US$ bn"],
  balance_change_usd_bn: ["Trade balance", "US$ bn"],
};

export const timeWords = (years) => (years === null ? "long run" : `${years} year${years === 1 ? "" : "s"}`);

export class Reading {
  constructor(answer, wanted) {
    this.answer = answer;
    const alone = Object.keys(answer.variants).filter((name) => !Object.values(answer.paths).some(({ variants }) => variants.includes(name)));
    const found = [...Object.entries(answer.paths).map(([title, path]) => ({ title, ...path })), ...alone.map((name) => ({ title: name, variants: [name] }))];
    const order = Object.keys(answer.variants);
    this.lines = found.sort((a, b) => order.indexOf(a.variants[0]) - order.indexOf(b.variants[0]));
    this.name = wanted in answer.variants ? wanted : (this.lines.find(({ title }) => title === wanted) ?? this.lines[0]).variants.at(-1);
    this.line = this.lines.find(({ variants }) => variants.includes(this.name));
    this.variant = answer.variants[this.name];
    this.place = new Map(answer.regions.map((code, place) => [code, place]));
  }
  // The setting of another line that is of the same time as this one.
  inLine(title) {
    const there = this.lines.find((line) => line.title === title);
    const years = this.line.horizons?.[this.line.variants.indexOf(this.name)];
    return there.variants[Math.max(0, (there.horizons ?? []).indexOf(years))];
  }
  value(measure, code) {
    return this.variant.measures[measure][this.place.get(code)] ?? null;
  }
  sector(measure, code, sector) {
    return this.variant.by_sector[measure][this.place.get(code)]?.[this.variant.sectors.indexOf(sector)] ?? null;
  }
}
