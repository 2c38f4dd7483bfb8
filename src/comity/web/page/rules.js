// The stack of rules as forms. What a form cannot show is kept as it stands in the file.

import { byId, el, fresh } from "./dom.js";
import { percent } from "./numbers.js";

const TRADE = ["by", "on", "sectors"];
const FORMS = {
  tariff: { sides: TRADE, amounts: ["add", "to", "cap"], start: { by: "USA", on: "JPN", sectors: "motor vehicles", add: "25%" } },
  "export tax": { sides: TRADE, amounts: ["add", "to", "cap"], start: { by: "CHN", on: "USA", sectors: "electronics", add: "10%" } },
  "non-tariff cost": { sides: TRADE, amounts: ["add"], start: { by: "USA", on: "CHN", sectors: "goods", add: "5%" } },
  "import ban": { sides: TRADE, amounts: ["coverage"], start: { by: "USA", on: "CHN", sectors: "electronics", coverage: "50%" } },
  "export control": { sides: TRADE, amounts: ["coverage"], start: { by: "USA", on: "CHN", sectors: "electronics", coverage: "50%" } },
  "production subsidy": { sides: ["of", "sectors"], amounts: ["add", "rate"], start: { of: "USA", sectors: "electronics", add: "5%" } },
  productivity: { sides: ["of", "sectors"], amounts: ["add"], start: { of: "JPN", sectors: "motor vehicles", add: "1%" } },
  "factor supply": { sides: ["of"], amounts: ["add"], start: { of: "JPN", add: "-1%" } },
};
const IMPORTS = { by: "Importer", on: "Partners", sectors: "Sectors", of: "Region" };
const EXPORTS = { ...IMPORTS, by: "Exporter", on: "Buyers" };
const AMOUNTS = { add: "Points added", to: "Set to", cap: "At most", coverage: "Share covered", rate: "Rate", severity: "Severity", cost: "Cost", closed: "Share closed", deepen: "Depth" };
const TOPS = [10, 50, 100, 200, 500, 1000];
const WHOLE = ["coverage", "severity", "closed"];

export const instrumentOf = (rule) => ("apply" in rule ? "apply" : Object.keys(rule)[0]);
const bodyOf = (rule) => ("apply" in rule ? rule : rule[instrumentOf(rule)]);
const listed = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
const title = (key, instrument) => (instrument.startsWith("export") ? EXPORTS : IMPORTS)[key];

const plain = (value) =>
  typeof value !== "object" || value === null ? String(value)
    : Array.isArray(value) ? value.map(plain).join(", ")
      : Object.entries(value).map(([key, item]) => `${key} ${plain(item)}`).join(", ");
const written = (entries) => entries.map(([key, value]) => `${key}: ${plain(value)}`).join("; ");
const sizeOf = (body, names) => names.find((name) => body[name] !== undefined && percent(body[name]) !== null);

export function drawRules(context) {
  const { state, instruments } = context;
  const rules = state.scenario.policies;
  byId("rules").replaceChildren(...rules.map((rule, position) => card(context, rule, position, instruments)));
  byId("clear").hidden = rules.length === 0;
}

export function newRule(instrument = "tariff") {
  return { [instrument]: { ...FORMS[instrument].start } };
}

function card(context, rule, position, instruments) {
  const name = instrumentOf(rule);
  const form = FORMS[name];
  const body = bodyOf(rule);
  const change = () => context.changed("rules");
  const remove = () => {
    context.state.scenario.policies.splice(position, 1);
    dropFromVariants(context.state.scenario);
    drawRules(context);
    (byId("rules").children[Math.max(0, position - 1)]?.querySelector("button, select") ?? byId("add")).focus();
    change();
  };
  const parts = [];
  if (form) {
    for (const side of form.sides) parts.push(picker(context, body, side, title(side, name), change));
  } else {
    const sized = sizeOf(body, instruments[name]?.amounts ?? []);
    parts.push(el("p", { className: "soft words" }, written(Object.entries(body).filter(([key]) => key !== sized))));
  }
  parts.push(...amounts(context, body, form ? form.amounts : instruments[name]?.amounts ?? [], name, position, () => drawRules(context)));
  const rest = form ? Object.entries(body).filter(([key]) => ![...form.sides, ...form.amounts].includes(key)) : [];
  if (rest.length) parts.push(el("p", { className: "soft words" }, written(rest)));
  return el("li", { className: "card", "aria-label": `Rule ${position + 1}` },
    el("div", { className: "row" }, instrument(context, name, form, position), el("button", { type: "button", className: "quiet", "aria-label": `Remove rule ${position + 1}`, onclick: remove }, "Remove")),
    ...parts);
}

function instrument(context, name, form, position) {
  const id = fresh("instrument");
  const names = form ? Object.keys(FORMS) : [name];
  const pick = (event) => {
    context.state.scenario.policies[position] = newRule(event.target.value);
    drawRules(context);
    byId("rules").children[position].querySelector("select")?.focus();
    context.changed("rules");
  };
  return el("div", { className: "field grow" },
    el("label", { htmlFor: id, className: "hidden" }, `Instrument of rule ${position + 1}`),
    el("select", { id, onchange: pick, disabled: !form, title: context.instruments[name]?.about ?? "" }, ...names.map((one) => el("option", { value: one, selected: one === name }, one[0].toUpperCase() + one.slice(1)))));
}

// Rules that go away leave variants that named them by position.
function dropFromVariants(scenario) {
  const count = scenario.policies.length;
  const far = (variant) => [...listed(variant?.drop), ...listed(variant?.keep)].some((pick) => typeof pick === "number" && pick >= count);
  if (Object.values(scenario.variants ?? {}).some(far)) delete scenario.variants;
}

function picker(context, body, key, label, change) {
  const choices = key === "sectors" ? context.sectorChoices() : context.regionChoices();
  const byWord = new Map(choices.flatMap(([value, text, words]) => [value, text, ...words].map((word) => [word.toLowerCase(), value])));
  const chosen = () => listed(body[key]).map((word) => byWord.get(String(word).toLowerCase()) ?? word);
  const names = new Map(choices.map(([value, text]) => [value, text]));
  const own = chosen().filter((value) => !names.has(value)).map((value) => [value, value, []]);
  const summary = el("summary");
  const describe = () => {
    const found = chosen().map((value) => names.get(value) ?? value);
    const text = found.length ? found.join(", ") : key !== "sectors" ? "choose" : "of" in body ? "all" : "all goods";
    summary.replaceChildren(el("span", { className: "key" }, `${label} `), el("span", {}, text));
  };
  const pick = (value, on) => {
    const kept = chosen().filter((one) => one !== value);
    const now = on ? [...kept, value] : kept;
    if (now.length) body[key] = now.length === 1 ? now[0] : now;
    else delete body[key];
    describe();
    change();
  };
  const rows = [...own, ...choices].map(([value, text]) =>
    el("label", { className: "tick" }, el("input", { type: "checkbox", value, checked: chosen().includes(value), onchange: (event) => pick(value, event.target.checked) }), text));
  const find = el("input", { type: "search", placeholder: "Find", "aria-label": `Find ${label.toLowerCase()}`, oninput: (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  } });
  describe();
  return el("details", { className: "picker" }, summary, find, el("div", { className: "list", role: "group", "aria-label": label }, ...rows));
}

function amounts(context, body, names, instrument, position, redraw) {
  const key = sizeOf(body, names);
  if (!key) {
    const given = names.filter((name) => body[name] !== undefined).map((name) => [AMOUNTS[name] ?? name, body[name]]);
    return given.length && FORMS[instrument] ? [el("p", { className: "soft words" }, written(given))] : [];
  }
  const now = percent(body[key]);
  const top = WHOLE.includes(key) ? 100 : TOPS.find((limit) => limit >= (FORMS[instrument] ? 1 : 2) * Math.abs(now) && (limit >= 50 || !FORMS[instrument])) ?? Math.abs(now);
  const low = now < 0 || instrument === "factor supply" || instrument === "productivity" ? -Math.min(top, 90) : 0;
  const range = { min: low, max: top, step: top > 200 ? 5 : top > 100 ? 1 : top > 10 ? 0.5 : 0.1 };
  const [rangeId, numberId] = [fresh("rate"), fresh("number")];
  const slider = el("input", { type: "range", id: rangeId, ...range, value: now });
  const number = el("input", { type: "number", id: numberId, step: "any", value: now, inputMode: "decimal" });
  const set = (value, other, kind) => {
    if (value === "" || !Number.isFinite(Number(value))) return;
    other.value = value;
    body[key] = `${Number(value)}%`;
    context.changed(kind);
  };
  slider.addEventListener("input", () => set(slider.value, number, "drag"));
  slider.addEventListener("change", () => set(slider.value, number, "rate"));
  number.addEventListener("change", () => set(number.value, slider, "rate"));
  const ways = FORMS[instrument]?.amounts ?? [key];
  const how = ways.length > 1
    ? el("select", { "aria-label": `How the rate of rule ${position + 1} is meant`, onchange: (event) => {
        const value = body[key];
        delete body[key];
        body[event.target.value] = value;
        redraw();
        byId("rules").children[position].querySelector(".amount select")?.focus();
        context.changed("rules");
      } }, ...ways.map((way) => el("option", { value: way, selected: way === key }, AMOUNTS[way])))
    : el("label", { htmlFor: rangeId }, AMOUNTS[key] ?? key);
  slider.setAttribute("aria-label", `${AMOUNTS[key] ?? key}, rule ${position + 1}, per cent`);
  number.setAttribute("aria-label", `${AMOUNTS[key] ?? key}, rule ${position + 1}, per cent, as a number`);
  return [el("div", { className: "amount" }, how, slider, el("span", { className: "number" }, number, "%"))];
}
