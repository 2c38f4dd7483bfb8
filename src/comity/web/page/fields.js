// One control for each kind of field that the forms of the instruments have.

import { el, fresh } from "./dom.js";
import { picker } from "./picker.js";
import { changing, hasSchedule, over } from "./schedule.js";
import { kindOf, optional, readers, sized, units, writers } from "./sizes.js";

const OWN = "own…";
const isObject = (value) => typeof value === "object" && value !== null;

export const plain = (value) =>
  !isObject(value) ? String(value)
    : Array.isArray(value) ? value.map(plain).join(", ")
      : Object.entries(value).map(([key, item]) => `${key} ${plain(item)}`).join(", ");

// at: {context, body, position, instrument}; write: called with the new value, or undefined, and what kind of change it is.
export function control(field, at, how, write) {
  const value = at.body[field.key];
  return (CONTROLS[field.kind] ?? asWritten)(field, value, at, how, write);
}

function labelled(field, how, input, called) {
  if (how) input.setAttribute("aria-label", `${field.label}, ${called}`);
  return el("div", { className: how ? "line way" : "line" }, how ?? el("label", { htmlFor: input.id, title: field.about }, field.label), input);
}

function select(field, choices, chosen, how, called, pick) {
  return labelled(field, how, el("select", { id: fresh("choice"), title: field.about, onchange: (event) => pick(event.target.value) }, ...choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text))), called);
}

function asWritten(field, value, _at, how) {
  return el("div", { className: how ? "line way" : "line" }, how ?? el("span", { className: "key" }, field.label), el("span", { className: "soft words" }, `${plain(value ?? "")} (as in the file)`));
}

function size(kind) {
  return (field, value, at, how, write) => {
    if (hasSchedule(field, at.body)) return over(field, kind, value, at, how, write);
    if (value !== undefined && readers[kind](value) === null) return asWritten(field, value, at, how);
    const must = field.way || field.slider || field.start !== undefined;
    const made = must && value !== undefined ? sized(field, kind, value, at.called, how, write) : optional(field, kind, value, at.called, write);
    return field.schedule && value !== undefined ? el("div", { className: "stack" }, made, changing(field, kind, at, write)) : made;
  };
}

const WITHIN = { regions: "Who" };

function several(choices, empty) {
  return (field, value, at, how, write) => {
    const made = picker(how ? WITHIN[field.kind] ?? "Which" : field.label, choices(field, at), value, field.none ?? empty(field, at), field.about, (now) => write(now, "rules"));
    return how ? el("div", { className: "stack" }, how, made) : made;
  };
}

function region(field, value, at, how, write) {
  const known = at.context.regionChoices().filter(([, , words]) => words.length === 1).map(([code, name, words]) => [code, name, words]);
  const found = known.find(([code, name]) => [code, name].some((word) => word.toLowerCase() === String(value).toLowerCase()));
  const choices = [...(found ? [] : [[String(value), String(value)]]), ...known.map(([code, name]) => [code, name])];
  return select(field, choices, found ? found[0] : String(value), how, at.called, (now) => write(now, "rules"));
}

function choice(field, value, at, how, write) {
  const { own, none, usual, choices } = field;
  const isOwn = own && value !== undefined && !choices.some(([one]) => one === value);
  const shown = [...(none ? [["", none]] : []), ...choices, ...(own ? [[OWN, own.label]] : [])];
  if (!isOwn && value !== undefined && !choices.some(([one]) => one === value)) shown.push([value, plain(value)]);
  const pick = (now) => {
    const begins = own?.key ? { [own.key]: own.start } : own?.start;
    write(now === OWN ? begins : now === "" || now === usual ? undefined : now, "rules", true);
  };
  const head = select(field, shown, isOwn ? OWN : value ?? usual ?? "", how, at.called, pick);
  if (!isOwn) return head;
  const inside = own.key ? value[own.key] : value;
  const part = { ...own, key: "inside", label: own.key ?? own.label, about: field.about };
  const set = (now, kind, redraw) => write(own.key ? (now === undefined ? value : { ...value, [own.key]: now }) : now ?? own.start, kind, redraw);
  return el("div", { className: "stack" }, head, control(part, { ...at, body: { inside } }, null, set));
}

function shares(field, value, at, how, write) {
  const all = (field.of === "sectors" ? at.context.sectorChoices() : at.context.regionChoices()).filter(([code]) => code !== "all");
  if (value === undefined) {
    return el("div", { className: "line" }, el("span", { className: "key", title: field.about }, field.label),
      el("button", { type: "button", onclick: () => write(field.start, "rules", true) }, "Say where from"));
  }
  const rows = Object.entries(value);
  const total = rows.reduce((sum, [, share]) => sum + (readers.rate(share) ?? 0), 0);
  const put = (next) => write(next.length ? Object.fromEntries(next) : undefined, "rules", true);
  const free = all.find(([code]) => !(code in value));
  const row = ([name, share], place) => {
    const known = all.find(([code, text]) => [code, text].includes(name));
    const names = [...(known ? [] : [[name, name]]), ...all.filter(([code]) => code === known?.[0] || !(code in value))];
    return el("div", { className: "share" },
      el("select", { "aria-label": `Name of share ${place + 1}, ${at.called}`, onchange: (event) => put(rows.map((one, at_) => (at_ === place ? [event.target.value, share] : one))) },
        ...names.map(([code, text]) => el("option", { value: code, selected: code === (known?.[0] ?? name) }, text))),
      el("span", { className: "number" }, el("input", { type: "number", min: 0, max: 100, step: "any", value: readers.rate(share) ?? "", "aria-label": `Share ${place + 1}, ${at.called}, per cent`,
        onchange: (event) => event.target.value !== "" && put(rows.map((one, at_) => (at_ === place ? [name, `${Number(event.target.value)}%`] : one))) }), "%"),
      el("button", { type: "button", className: "quiet", "aria-label": `Remove share ${place + 1} of ${at.called}`, onclick: () => put(rows.filter((_, at_) => at_ !== place)) }, "×"));
  };
  const rest = Math.max(0, Math.round(1e6 * (100 - total)) / 1e6);
  return el("fieldset", { className: "shares" }, el("legend", { title: field.about }, field.label), ...rows.map(row),
    el("div", { className: "row" }, free ? el("button", { type: "button", onclick: () => put([...rows, [free[0], `${rest}%`]]) }, "Add a share") : null,
      el("span", { className: Math.abs(total - 100) > 1e-6 ? "short" : "soft" }, `sum ${Math.round(1e4 * total) / 1e4}%${Math.abs(total - 100) > 1e-6 ? ": make it 100%" : ""}`)));
}

// What a goal asks for: per cent, or US$ where the outcome is an amount.
function target(field, value, at, how, write) {
  const unit = at.unitOf(at.body.outcome);
  const kind = kindOf(value) ?? (unit === "%" ? "rate" : "money");
  const made = sized({ ...field, signed: true, way: "" }, kind, kindOf(value) ? value : writers[kind](0), at.called, how, write);
  if (unit === "US$" && field.key === "change") {
    const other = el("select", { "aria-label": `Unit of the change, ${at.called}`, onchange: (event) => write(event.target.value === "rate" ? "-50%" : "-US$10bn", "rules", true) },
      ...["rate", "money"].map((one) => el("option", { value: one, selected: one === kind }, units[one])));
    made.querySelector(".number").lastChild.replaceWith(other);
  }
  return made;
}

function bounds(field, value, at, _how, write) {
  const kind = kindOf(value?.[0]) ?? at.sizeOfVaried() ?? "rate";
  const inputs = [0, 1].map((place) => el("input", { type: "number", step: "any", inputMode: "decimal", value: value ? readers[kind](value[place]) ?? "" : "", "aria-label": `${place ? "Highest" : "Lowest"} size to look for, ${at.called}`, onchange: () => {
    const [low, high] = inputs.map((input) => input.value);
    if (low !== "" && high !== "") write([low, high].map((one) => writers[kind](Number(one))), "rules");
    else if (low === "" && high === "") write(undefined, "rules");
  } }));
  return el("div", { className: "line" }, el("span", { className: "key", title: field.about }, field.label), el("span", { className: "number two" }, inputs[0], " and ", inputs[1], units[kind]));
}

function text(field, value, at, how, write) {
  return labelled(field, how, el("input", { type: "text", id: fresh("text"), value: value ?? "", maxLength: field.key === "name" ? 200 : 2000, onchange: (event) => write(event.target.value.trim() || undefined, "rules") }), at.called);
}

function day(field, value, at, how, write) {
  return labelled(field, how, el("input", { type: "date", id: fresh("day"), value: value ?? "", onchange: (event) => event.target.value && write(event.target.value, "rules") }), at.called);
}

const years = (field, value, at, how, write) =>
  select(field, [["", "the world's own"], ...field.choices.map((year) => [String(year), String(year)])], String(value ?? ""), how, at.called, (now) => write(now === "" ? undefined : Number(now), "rules"));

const rule = (field, value, at, how, write) =>
  select(field, at.otherRules().map(([pick, label]) => [String(pick), label]), String(value), how, at.called, (now) => write(/^\d+$/.test(now) ? Number(now) : now, "rules", true));

const variant = (field, value, at, how, write) =>
  select(field, [...new Set([value, ...at.variants()].filter((name) => name !== undefined))].map((name) => [name, name]), value, how, at.called, (now) => write(now, "rules"));

const CONTROLS = {
  regions: several((_field, at) => at.context.regionChoices(), () => "choose"),
  sectors: several((_field, at) => at.context.sectorChoices(), (_field, at) => ("of" in at.body ? "all" : "all goods")),
  choices: several((field) => field.choices, () => "choose"),
  rate: size("rate"), money: size("money"), number: size("number"),
  flag: (field, _value, _at, how) => el("div", { className: "line way" }, how, el("span", { className: "soft" }, field.about)),
  region, choice, shares, target, bounds, text, day, rule, variant, year: years,
};
