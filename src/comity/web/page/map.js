// The world coloured by the class that a region's value is in.

import { byId, el, svg } from "./dom.js";
import { classNames, classOf, digitsFor, signed, thresholds } from "./numbers.js";

const CROP = [58, 2, 936];
let shapes = [];

export function makeMap(outlines, listing, pick) {
  const region = new Map(listing.regions.flatMap(({ code, members }) => members.map((member) => [member, code])));
  const rest = region.get("ROW");
  const of = (country) => region.get(country) ?? (rest && outlines.listed.includes(country) ? rest : null);
  const [left, top, width] = CROP;
  const drawing = svg("svg", { viewBox: `${left} ${top} ${width} ${outlines.height - top}`, role: "img", "aria-labelledby": "map-says" }, svg("title", { id: "map-says" }));
  shapes = [];
  const place = (shape, country) => {
    const code = of(country);
    shape.setAttribute("class", "land");
    if (code) {
      const says = svg("title");
      shape.append(says);
      shape.addEventListener("click", () => pick(code));
      shapes.push({ code, shape, says });
    }
    drawing.append(shape);
  };
  for (const [country, path] of Object.entries(outlines.paths)) place(svg("path", { d: path }), country);
  for (const [country, [x, y]] of Object.entries(outlines.points)) if (of(country)) place(svg("circle", { cx: x, cy: y, r: 4 }), country);
  byId("map").replaceChildren(drawing);
}

export function colourMap(byRegion, names, title, unit, chosen) {
  const values = [...byRegion.values()].filter((value) => value !== null);
  const limits = thresholds(values);
  const digits = digitsFor(values, unit);
  for (const { code, shape, says } of shapes) {
    const value = byRegion.get(code);
    const known = value !== undefined && value !== null;
    shape.setAttribute("class", `land ${known ? `c${classOf(value, limits)}` : ""} ${code === chosen ? "chosen" : ""}`);
    says.textContent = known ? `${names.get(code)}: ${signed(value, digits)} ${unit}` : names.get(code);
  }
  const sorted = [...byRegion].filter(([, value]) => value !== null).sort((a, b) => a[1] - b[1]);
  const ends = [sorted[0], sorted.at(-1)].filter(Boolean).map(([code, value]) => `${names.get(code)} ${signed(value, digits)} ${unit}`);
  byId("map-says").textContent = `World map. ${title}, ${unit}: from ${ends.join(" to ")}.`;
  drawLegend(limits, `${title}, ${unit}`);
}

let drawn = "";
function drawLegend(limits, title) {
  const now = JSON.stringify([limits, title]);
  if (now === drawn) return;
  drawn = now;
  byId("legend").replaceChildren(
    el("span", { className: "legend-title" }, title),
    el("ul", { className: "legend" }, ...classNames(limits).map((name, place) => el("li", {}, el("span", { className: `swatch s${place}`, "aria-hidden": "true" }), name))),
  );
}
