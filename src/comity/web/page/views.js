// The answer: a sentence, the map, the ranking, the sectors, the details.

import { drawBars } from "./bars.js";
import { byId, choice, el, options } from "./dom.js";
import { colourMap } from "./map.js";
import { digitsFor, signed } from "./numbers.js";
import { drawPath } from "./path.js";
import { MEASURES, timeWords } from "./reading.js";

export const BY_SECTOR = {
  value_added_change_usd_bn: ["Value added", "US$ bn"],
  output_pct: ["Output, volume", "%"],
  factor_use_pct: ["Factors at work", "%"],
};
const MOST_REGIONS = 24;
const MOST_SECTORS = 12;

const less = (a, b) => (a === null || b === null ? null : b - a);
const size = (row) => Math.abs(row.value ?? 0);

// What is shown of two readings: the present one, the other, or the difference.
function seen(view, read) {
  const { now, kept, side } = view;
  const here = read(now);
  const there = kept ? read(kept) : null;
  if (!kept || side === "b") return [here, view.kept ? there : view.before ? read(view.before) : null];
  return side === "a" ? [there, here] : [less(there, here), null];
}

const markOf = (view) => (view.kept ? (view.side === "a" ? "B" : "A") : view.beforeName ?? "before");

export function drawAnswer(view, keep) {
  drawTools(view);
  drawHeadline(view);
  drawFound(view);
  drawMap(view);
  drawPath(view);
  drawRanking(view, keep);
  drawSectors(view, keep);
  drawDetail(view);
  const notes = view.now.answer.caveats;
  if (!keep) byId("notes").replaceChildren(...notes.map((note) => el("li", {}, note)));
}

function drawTools(view) {
  const { now, names, state } = view;
  const { lines } = now;
  byId("variants").hidden = lines.length < 2;
  choice(byId("variants"), lines.map(({ title }) => [title, title]), now.line.title, (title) => view.pickVariant(now.inLine(title)));
  byId("times").hidden = !now.line.horizons;
  choice(byId("times"), (now.line.horizons ?? []).map((years, place) => [now.line.variants[place], timeWords(years)]), now.name, view.pickVariant);
  byId("sides").hidden = !view.kept;
  choice(byId("sides"), [["b", "B: this"], ["a", "A: kept"], ["d", "B less A"]], view.side, view.pickSide);
  byId("pin").textContent = view.kept ? "Stop comparing" : "Compare with this";
  const differs = view.kept ? differences(view) : [];
  byId("differs").hidden = !view.kept;
  byId("differs").textContent = differs.length ? `A is otherwise than B in ${differs.join("; ")}.` : "A and B differ in their rules, or not at all.";
  options(byId("measure"), Object.entries(MEASURES).map(([key, [label, unit]]) => [key, `${label}, ${unit}`]), state.measure);
  options(byId("by-sector"), Object.entries(BY_SECTOR).map(([key, [label, unit]]) => [key, `${label}, ${unit}`]), state.bySector);
  options(byId("region"), now.answer.regions.map((code) => [code, names.get(code)]), view.region);
}

function differences({ now, kept }) {
  const words = { ...now.answer.closures, world: now.answer.world.name, elasticities: now.answer.world.elasticities };
  const others = { ...kept.answer.closures, world: kept.answer.world.name, elasticities: kept.answer.world.elasticities };
  return Object.keys(words).filter((key) => words[key] !== others[key]).map((key) => `${key} (${others[key]}, not ${words[key]})`);
}

export function sentence({ now, names }) {
  const rows = now.answer.regions.map((code) => ({ code, value: now.value("equivalent_variation_usd_bn", code) }));
  const most = rows.sort((a, b) => size(b) - size(a)).slice(0, 3);
  if (!most.length || size(most[0]) < 1e-6) return "Nothing changes.";
  const digits = digitsFor(most.map(({ code }) => now.value("real_income_pct", code)), "%");
  const cents = digitsFor(most.map(({ value }) => value), "US$ bn");
  return most.map(({ code, value }) => [names.get(code), `${signed(now.value("real_income_pct", code), digits)}%`, `US$ ${signed(value, cents)} bn a year`]);
}

function drawHeadline(view) {
  const found = sentence(view);
  const parts = typeof found === "string" ? [found] : found.flatMap(([name, share, money], place) => [place ? ", " : view.kept ? "B, real income: " : "Real income: ", el("strong", {}, `${name} ${share}`), el("span", { className: "soft" }, ` (${money})`)]);
  byId("headline").replaceChildren(...parts);
  byId("strip").textContent = typeof found === "string" ? found : found.map(([name, share]) => `${name} ${share}`).join("  ·  ");
  const c = view.now.variant.certificate;
  byId("certificate").textContent = `Certified equilibrium: largest residual ${c.max_residual.toExponential(0)}, error ${c.error_estimate.toExponential(0)}. World ${view.now.answer.world.name}, elasticities ${view.now.answer.world.elasticities}.`;
}

const amount = (value, unit) => (unit === "%" ? `${signed(value, digitsFor([value], "%")).replace(/^\+/, "")}%` : `US$ ${signed(value, digitsFor([value], "US$ bn")).replace(/^\+/, "")} bn`);

// What goals found and what purchase commitments took, a sentence each.
function drawFound({ now, names }) {
  const { found = [], purchases = [] } = now.variant;
  const titled = (rule) => rule.replace(/^policies\[(\d+)\]/, (_, place) => `Rule ${Number(place) + 1}`);
  const spelled = (words) => words.replace(/\b[A-Z]{3}\b/g, (code) => names.get(code) ?? code);
  const goals = found.map((one) => [titled(one.rule), `${amount(one.amount, one.amount_unit)}${one.dollars ? ` in dollars of ${one.dollars}` : ""}`,
    `Then ${spelled(one.outcome)} is ${amount(one.reached, one.outcome_unit)}; in the baseline it is ${amount(one.baseline, one.outcome_unit)}. First guess: ${amount(one.first_guess, one.amount_unit)}.`]);
  const bought = purchases.map((one) => [titled(one.rule), one.binding ? `an import subsidy of ${amount(one.subsidy_pct, "%")}` : "no subsidy",
    one.binding ? `${names.get(one.buyer)} buys for ${amount(one.reached_usd_bn, "US$ bn")} from ${names.get(one.seller)}, ${amount(one.without_usd_bn, "US$ bn")} without it. The outlay is ${amount(one.outlay_usd_bn, "US$ bn")} a year.`
      : `${names.get(one.buyer)} buys for ${amount(one.reached_usd_bn, "US$ bn")} from ${names.get(one.seller)} anyway, no less than the ${amount(one.asked_usd_bn, "US$ bn")} promised.`]);
  byId("found").hidden = !found.length && !purchases.length;
  byId("found-rows").replaceChildren(...[...goals, ...bought].map(([rule, what, more]) => el("p", {}, `${rule}: `, el("strong", {}, what), el("span", { className: "soft" }, ` ${more}`))));
}

function values(view) {
  return new Map(view.now.answer.regions.map((code) => [code, seen(view, (reading) => reading.value(view.state.measure, code))]));
}

function labelled(view, [label, unit]) {
  return view.kept && view.side === "d" ? [`${label}, B less A`, unit === "%" ? "points" : unit] : [label, unit];
}

function drawMap(view) {
  const [label, unit] = labelled(view, MEASURES[view.state.measure]);
  colourMap(new Map([...values(view)].map(([code, [value]]) => [code, value])), view.names, label, unit, view.region);
}

function drawRanking(view, keep) {
  const [label, unit] = labelled(view, MEASURES[view.state.measure]);
  const all = [...values(view)].map(([key, [value, mark]]) => ({ key, label: view.names.get(key), value, mark }));
  const shown = all.sort((a, b) => size(b) - size(a)).slice(0, MOST_REGIONS).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const left = all.length - shown.length;
  drawBars(byId("ranking"), `${label}, ${unit}${left > 0 ? `; the ${MOST_REGIONS} that change most of ${all.length}` : ""}`, unit, shown, { keep, chosen: view.region, pick: view.pickRegion, mark: markOf(view) });
}

function drawSectors(view, keep) {
  const [label, unit] = labelled(view, BY_SECTOR[view.state.bySector]);
  const all = view.now.variant.sectors.map((code) => {
    const [value, mark] = seen(view, (reading) => reading.sector(view.state.bySector, view.region, code));
    return { key: code, label: view.sectorNames.get(code) ?? code, value, mark };
  });
  const order = all.sort((a, b) => size(b) - size(a));
  const shown = (view.allSectors ? order : order.slice(0, MOST_SECTORS)).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  drawBars(byId("sectors"), `${view.names.get(view.region)}: ${label}, ${unit}`, unit, shown, { keep: keep && byId("sectors").dataset.region === view.region, mark: markOf(view) });
  byId("sectors").dataset.region = view.region;
  byId("all-sectors").hidden = all.length <= MOST_SECTORS;
  byId("all-sectors").textContent = view.allSectors ? "Fewer sectors" : `All ${all.length} sectors`;
  byId("all-sectors").setAttribute("aria-expanded", String(view.allSectors));
}

function drawDetail(view) {
  const { now, kept, region } = view;
  const other = kept ?? view.before;
  const head = kept ? ["", "A", "B", "B less A"] : other ? ["", view.beforeName ?? "before", view.beforeName ? now.name : "now", "change"] : ["", "now"];
  const rows = Object.entries(MEASURES).map(([key, [label, unit]]) => {
    const here = now.value(key, region);
    const there = other ? other.value(key, region) : null;
    const digits = digitsFor([here, there], unit);
    const cells = other ? [there, here, less(there, here)] : [here];
    return el("tr", {}, el("th", { scope: "row" }, `${label}, ${unit}`), ...cells.map((cell) => el("td", { className: "value" }, signed(cell, digits))));
  });
  byId("detail-title").textContent = `${view.names.get(region)} in detail`;
  byId("detail").replaceChildren(el("table", { className: "detail" }, el("thead", {}, el("tr", {}, ...head.map((text) => (text ? el("th", { scope: "col" }, text) : el("td"))))), el("tbody", {}, ...rows)));
}
