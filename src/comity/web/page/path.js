// A measure over the horizons of a path: regions of one variant, or one region in several variants, as lines and as a table.

import { byId, choice, el, svg } from "./dom.js";
import { digitsFor, signed } from "./numbers.js";
import { MEASURES, Reading, timeWords } from "./reading.js";

const MOST = 5;
const HEIGHT = 260;
const [TOP, BOTTOM, LEFT] = [12, 34, 56];
const LINE_HEIGHT = 15;
const [NARROW, LONG_NAME] = [560, 22];

export function drawPath(view) {
  const { now } = view;
  const along = now.lines.filter(({ horizons }) => horizons);
  byId("path").hidden = !now.line.horizons;
  if (!now.line.horizons) return;
  const several = along.length > 1;
  const by = several && view.state.lines === "variants" ? "variants" : "regions";
  byId("path-by").hidden = !several;
  choice(byId("path-by"), [["regions", "Regions"], ["variants", "Variants"]], by, view.pickLines);
  const [label, unit] = MEASURES[view.state.measure];
  const rows = by === "regions" ? regions(view) : variants(view, along);
  const what = by === "regions" ? now.line.title === "scenario" ? "" : `${now.line.title}: ` : `${view.names.get(view.region)}: `;
  const title = `${view.kept ? "B: " : ""}${what}${label}, ${unit}`;
  const all = rows.flatMap(({ points }) => points.map(([, value]) => value));
  const digits = digitsFor(all, unit);
  const width = Math.max(260, Math.min(900, byId("path-chart").clientWidth || 640));
  const beside = width >= NARROW && rows.every(({ label: name }) => name.length <= LONG_NAME);
  byId("path-chart").replaceChildren(el("p", { className: "soft about" }, title, ", by years after the change"), chart(rows, { title, unit, digits, width, beside }), beside ? "" : legend(rows));
  byId("path-table").replaceChildren(table(rows, title, digits));
}

const points = (answer, line, read) => line.variants.map((name, place) => [line.horizons[place], read(new Reading(answer, name))]);

function regions({ now, names, region, state }) {
  const all = now.answer.regions.map((code) => ({ key: code, label: names.get(code), points: points(now.answer, now.line, (one) => one.value(state.measure, code)) }));
  const size = ({ points: found }) => Math.max(...found.map(([, value]) => Math.abs(value ?? 0)));
  const others = all.filter(({ key }) => key !== region).sort((a, b) => size(b) - size(a)).slice(0, MOST - 1);
  return [all.find(({ key }) => key === region), ...others];
}

function variants({ now, region, state }, along) {
  const first = along.filter((line) => line === now.line);
  return [...first, ...along.filter((line) => line !== now.line)].slice(0, MOST)
    .map((line) => ({ key: line.title, label: line.title, points: points(now.answer, line, (one) => one.value(state.measure, region)) }));
}

// Round steps, three to six between the ends.
function ticks(low, high) {
  const rough = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) found.push(at * step);
  return { found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

function chart(rows, { title, unit, digits, width, beside }) {
  const right = beside ? 190 : 24;
  const times = [...new Set(rows.flatMap(({ points: found }) => found.map(([years]) => years)))].sort((a, b) => (a === null) - (b === null) || a - b);
  const years = times.filter((one) => one !== null);
  const [first, last] = [Math.min(...years, Infinity), Math.max(...years, -Infinity)];
  const span = width - LEFT - right;
  const room = times.includes(null) && years.length ? span * 0.2 : 0;
  const x = (time) => LEFT + (time === null ? span : years.length < 2 ? 0 : ((time - first) / (last - first)) * (span - room));
  const values = rows.flatMap(({ points: found }) => found.map(([, value]) => value)).filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const y = (value) => TOP + ((high - value) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM);
  const made = svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": says(rows, title, digits) });
  const grid = ticks(low, high);
  for (const at of grid.found) {
    made.append(svg("line", { class: at === 0 ? "axis" : "grid-line", x1: LEFT, x2: LEFT + span, y1: y(at), y2: y(at) }), svg("text", { class: "tick-label", x: LEFT - 8, y: y(at) + 4, "text-anchor": "end" }, signed(at, grid.digits)));
  }
  for (const time of spaced(times, x)) made.append(svg("text", { class: "tick-label", x: x(time), y: HEIGHT - 12, "text-anchor": "middle" }, time === null ? "long run" : String(time)));
  rows.forEach(({ points: found }, place) => {
    const known = found.filter(([, value]) => value !== null);
    const timed = known.filter(([time]) => time !== null);
    const end = known.find(([time]) => time === null);
    const path = (some) => some.map(([time, value], at) => `${at ? "L" : "M"}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    made.append(svg("path", { class: `series l${place}`, d: path(timed) }));
    if (end && timed.length) made.append(svg("path", { class: `series far l${place}`, d: path([timed.at(-1), end]) }));
    for (const [time, value] of known) made.append(svg("circle", { class: `point l${place}`, cx: x(time), cy: y(value), r: 3.5 }, svg("title", {}, `${rows[place].label}, ${timeWords(time)}: ${signed(value, digits)} ${unit}`)));
  });
  if (beside) made.append(...labels(rows, x, y, LEFT + span + 12));
  return made;
}

// Times whose labels do not run into each other; the last ones are always there.
function spaced(times, x) {
  const kept = [];
  for (const time of [...times].reverse()) {
    const need = kept.length && kept.at(-1) === null ? 38 : 18;
    if (!kept.length || x(kept.at(-1)) - x(time) >= need) kept.push(time);
  }
  return kept;
}

// A name at the end of each line, moved apart where they would lie on each other.
function labels(rows, x, y, left) {
  const placed = rows.map(({ label, points: found }, place) => ({ label, place, at: y(found.findLast(([, value]) => value !== null)?.[1] ?? 0) })).sort((a, b) => a.at - b.at);
  const least = TOP + 4;
  placed.forEach((one, place) => (one.at = Math.max(one.at, place ? placed[place - 1].at + LINE_HEIGHT : least)));
  const over = Math.max(0, (placed.at(-1)?.at ?? 0) - (HEIGHT - BOTTOM + 4));
  for (const one of placed) one.at -= over;
  return placed.flatMap(({ label, place, at }) => [svg("line", { class: `series l${place}`, x1: left, x2: left + 14, y1: at, y2: at }), svg("text", { class: `line-label${place ? "" : " chosen"}`, x: left + 18, y: at + 4 }, label)]);
}

// The same names below the chart, where there is no room beside it.
const legend = (rows) => el("ul", { className: "legend", "aria-hidden": "true" }, ...rows.map(({ label }, place) =>
  el("li", {}, svg("svg", { width: 18, height: 8 }, svg("line", { class: `series l${place}`, x1: 0, x2: 18, y1: 4, y2: 4 })), label)));

function says(rows, title, digits) {
  const parts = rows.map(({ label, points: found }) => `${label}: ${found.map(([time, value]) => `${timeWords(time)} ${signed(value, digits)}`).join(", ")}`);
  return `${title}, by years after the change. ${parts.join(". ")}.`;
}

function table(rows, title, digits) {
  const times = rows[0].points.map(([time]) => time);
  const cell = (found, time) => found.find(([one]) => one === time)?.[1] ?? null;
  return el("table", { className: "detail" }, el("caption", { className: "soft" }, title),
    el("thead", {}, el("tr", {}, el("td"), ...times.map((time) => el("th", { scope: "col" }, timeWords(time))))),
    el("tbody", {}, ...rows.map(({ label, points: found }) => el("tr", {}, el("th", { scope: "row" }, label), ...times.map((time) => el("td", { className: "value" }, signed(cell(found, time), digits)))))));
}
