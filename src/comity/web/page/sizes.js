// Rates, sums of money and plain numbers: how they are written in a scenario, and the sliders that move them.

import { el, fresh } from "./dom.js";
import { percent } from "./numbers.js";

const TOPS = { rate: [1, 10, 50, 100, 200, 500, 1000], money: [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] };
const UNITS = { m: 1e-3, bn: 1, trn: 1e3 };
const MONEY = /^(-?)\s*US\$\s*(-?[0-9.]+)\s*(m|bn|trn)$/;

function money(text) {
  const found = MONEY.exec(String(text));
  return found ? (found[1] ? -1 : 1) * Number(found[2]) * UNITS[found[3]] : null;
}

export const readers = { rate: percent, money, number: (value) => (typeof value === "number" ? value : null) };
export const writers = {
  rate: (value) => `${value}%`,
  money: (value) => `${value < 0 ? "-" : ""}US$${Math.abs(value)}bn`,
  number: (value) => value,
};
export const units = { rate: "%", money: "US$ bn", number: "" };
const spoken = { rate: ", per cent", money: ", US$ billion", number: "" };

export const kindOf = (value) => ["rate", "money"].find((kind) => readers[kind](value) !== null);

// Where a slider ends: what the field allows, or a round number well above the present size.
function range(field, kind, now) {
  const tops = TOPS[kind] ?? [10, 20, 50, 100];
  const room = kind === "money" || field.signed ? 2 : 1;
  const top = Math.max(Math.abs(now), field.high ?? tops.find((limit) => limit >= room * Math.abs(now) && limit >= (kind === "rate" ? 50 : 0)) ?? 0);
  const low = Math.min(now, field.low ?? (now < 0 || field.signed ? -Math.min(top, kind === "rate" ? 90 : top) : 0));
  const fine = kind === "number" ? 1 : top > 1000 ? 10 : top > 200 ? 5 : top > 100 ? 1 : top > 10 ? 0.5 : 0.1;
  return { min: low, max: top, step: fine };
}

// A slider and a number for a size that a rule must have; `how` stands before them: a choice of ways, or nothing.
export function sized(field, kind, value, called, how, write) {
  const now = readers[kind](value);
  const [slides, counts] = [fresh("slider"), fresh("number")];
  const slider = el("input", { type: "range", id: slides, ...range(field, kind, now), value: now });
  const number = el("input", { type: "number", id: counts, step: "any", value: now, inputMode: "decimal" });
  const set = (text, other, change) => {
    if (text === "" || !Number.isFinite(Number(text))) return;
    other.value = text;
    write(writers[kind](Number(text)), change);
  };
  slider.addEventListener("input", () => set(slider.value, number, "drag"));
  slider.addEventListener("change", () => set(slider.value, number, "rate"));
  number.addEventListener("change", () => set(number.value, slider, "rate"));
  const name = `${field.label}, ${called}${spoken[kind]}`;
  slider.setAttribute("aria-label", name);
  number.setAttribute("aria-label", `${name}, as a number`);
  return el("div", { className: "amount" }, how ?? el("label", { htmlFor: slides, title: field.about }, field.label), slider, el("span", { className: "number" }, number, units[kind]));
}

// A number that may be left out.
export function optional(field, kind, value, called, write) {
  const id = fresh("number");
  const set = (event) => {
    const text = event.target.value;
    if (text === "") write(undefined, "rate");
    else if (Number.isFinite(Number(text))) write(writers[kind](Number(text)), "rate");
  };
  const number = el("input", { type: "number", id, step: "any", value: readers[kind](value) ?? "", inputMode: "decimal", onchange: set });
  if (field.low !== undefined) number.min = field.low;
  if (field.high !== undefined) number.max = field.high;
  number.setAttribute("aria-label", `${field.label}, ${called}${spoken[kind]}`);
  return el("div", { className: "line" }, el("label", { htmlFor: id, title: field.about }, field.label), el("span", { className: "number" }, number, units[kind]));
}
