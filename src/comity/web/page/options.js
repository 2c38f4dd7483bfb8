// One option of the model: a word, a number where it takes one, or a list of them.

import { el, fresh } from "./dom.js";

const LABELS = { imbalances: "Trade imbalances", revenue: "Tariff revenue", sourcing: "Sourcing", competition: "Competition", mobility: "Factors between sectors", demand: "Final demand", horizon: "Time", elasticities: "Trade elasticities" };
const NAMES = {
  "fontagne-guimbard-orefice-2022": "Fontagné et al. 2022", "caliendo-parro-2015": "Caliendo–Parro 2015", "lashkaripour-lugovskyy-2023": "Lashkaripour–Lugovskyy 2023",
  uniform: "5 in every sector", "cobb-douglas": "Cobb–Douglas", long: "long run", short: "one year", output: "share of output", spending: "share of spending", public: "public goods",
};
const [INHERITED, NUMBER, LIST] = ["", "a number…", "several…"];

const named = (value) => NAMES[value] ?? String(value);
export const optionWords = (key, value) => `${(LABELS[key] ?? key).toLowerCase()}: ${[value].flat().map(named).join(", ")}`;

// holder: the options as they are, and `set`, called with what they become and the key; above: what holds without a value, if not the default.
export function option(context, key, holder, { above = "", of = "" } = {}) {
  const box = el("div", { className: "field" });
  const draw = (value, focus) => {
    box.replaceChildren(...parts(context, key, value, { above, of }, (next, redraw) => {
      const options = { ...holder.options };
      if (next === undefined) delete options[key];
      else options[key] = next;
      holder.options = options;
      holder.set(options, key);
      if (redraw) draw(next, true);
    }));
    if (focus) box.querySelector("select").focus();
  };
  draw(holder.options[key], false);
  return box;
}

function parts(context, key, value, { above, of }, write) {
  const { values, about, numbers } = context.options[key];
  const form = context.forms.options[key];
  const label = `${LABELS[key] ?? key}${of}`;
  const id = fresh("option");
  const list = Array.isArray(value);
  const number = typeof value === "number";
  const shown = value === undefined ? (above ? INHERITED : values[0]) : list ? LIST : number ? NUMBER : value;
  const choices = [
    ...(above ? [[INHERITED, above]] : []),
    ...values.map((one) => [one, named(one)]),
    ...(form.number === null ? [] : [[NUMBER, key === "horizon" ? "after some years…" : NUMBER]]),
    ...(form.list === null ? [] : [[LIST, "a path over years…"]]),
  ];
  if (!choices.some(([one]) => one === shown)) choices.push([shown, named(shown)]);
  const pick = (event) => {
    const chosen = event.target.value;
    const begun = { [NUMBER]: form.number, [LIST]: form.list?.start }[chosen];
    write(begun ?? (chosen === INHERITED || (!above && chosen === values[0]) ? undefined : chosen), true);
  };
  return [
    el("label", { htmlFor: id, title: about }, LABELS[key] ?? key, of ? el("span", { className: "hidden" }, of) : ""),
    el("select", { id, title: about, onchange: pick }, ...choices.map(([one, text]) => el("option", { value: one, selected: one === shown }, text))),
    number ? counted(label, value, numbers, write) : null,
    list ? ticked(label, value, form.list.choices, write) : null,
  ].filter(Boolean);
}

function counted(label, value, { from, to, meaning }, write) {
  const input = el("input", { type: "number", step: "any", inputMode: "decimal", value, min: from, "aria-label": `${label}, ${meaning}` });
  if (to !== null) input.max = to;
  input.addEventListener("change", () => {
    if (input.value !== "" && Number.isFinite(Number(input.value))) write(Number(input.value), false);
    else input.value = value;
  });
  return el("span", { className: "number" }, input, el("span", { className: "soft" }, meaning));
}

function ticked(label, value, choices, write) {
  const on = new Set(value.map((one) => (one === "short" ? 1 : one)));
  const all = [...new Set([...choices, ...on])].sort((a, b) => (a === "long") - (b === "long") || a - b);
  const set = (one, checked) => {
    if (checked) on.add(one);
    else on.delete(one);
    const next = all.filter((each) => on.has(each));
    write(next.length ? next : undefined, !next.length);
  };
  return el("div", { className: "ticks", role: "group", "aria-label": `${label}: years after the change` },
    ...all.map((one) => el("label", { className: "tick" }, el("input", { type: "checkbox", checked: on.has(one), onchange: (event) => set(one, event.target.checked) }), named(one))));
}
