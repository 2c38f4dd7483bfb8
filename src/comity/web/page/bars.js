// Rows of names, bars from a common zero, and numbers; rows keep their place and focus while values move.

import { el } from "./dom.js";
import { digitsFor, signed } from "./numbers.js";

// rows: {key, label, value, mark}; pick: called with a key, or null where names are no buttons.
export function drawBars(box, caption, unit, rows, { keep = false, chosen = "", pick = null, mark = "" } = {}) {
  const table = box.querySelector("table") ?? make(box);
  table.caption.textContent = caption;
  const body = table.tBodies[0];
  const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const order = keep && rows.every(({ key }) => old.has(key)) && old.size === rows.length ? [...old.keys()] : rows.map(({ key }) => key);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const values = rows.flatMap(({ value, mark: other }) => [value, other]).filter((value) => value !== null && value !== undefined);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const place = (value) => (100 * (value - low)) / span;
  const digits = digitsFor(rows.map(({ value }) => value), unit);
  const found = order.map((key) => {
    const row = old.get(key) ?? line(key, pick);
    const { label, value, mark: other } = byKey.get(key);
    const [name, area, number] = row.cells;
    (name.firstElementChild ?? name).textContent = label;
    row.classList.toggle("chosen", key === chosen);
    if (name.firstElementChild) name.firstElementChild.setAttribute("aria-pressed", String(key === chosen));
    const [bar, tick, zero] = area.firstElementChild.children;
    const none = value === null || value === undefined;
    bar.style.left = `${place(none ? 0 : Math.min(0, value))}%`;
    bar.style.width = `${none ? 0 : (100 * Math.abs(value)) / span}%`;
    bar.className = value < 0 ? "bar loss" : "bar gain";
    tick.hidden = other === null || other === undefined;
    if (!tick.hidden) tick.style.left = `${place(other)}%`;
    tick.title = tick.hidden ? "" : `${mark}: ${signed(other, digits)}`;
    zero.style.left = `${place(0)}%`;
    number.textContent = signed(value, digits);
    return row;
  });
  if (order.some((key, position) => body.rows[position]?.dataset.key !== key) || body.rows.length !== order.length) {
    const focused = document.activeElement;
    body.replaceChildren(...found);
    if (body.contains(focused)) focused.focus();
  }
}

function make(box) {
  const table = el("table", { className: "bars" }, el("caption", { className: "soft" }), el("tbody"));
  box.replaceChildren(table);
  return table;
}

function line(key, pick) {
  const name = el("th", { scope: "row" });
  if (pick) name.append(el("button", { type: "button", className: "name", onclick: () => pick(key) }));
  const row = el("tr", {}, name,
    el("td", { className: "area", "aria-hidden": "true" }, el("div", { className: "track" }, el("span"), el("span", { className: "mark" }), el("span", { className: "zero" }))),
    el("td", { className: "value" }));
  row.dataset.key = key;
  return row;
}
