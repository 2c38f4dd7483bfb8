// How the model is closed, and on which world.

import { byId, el, fresh } from "./dom.js";

const LABELS = { imbalances: "Trade imbalances", revenue: "Tariff revenue", sourcing: "Sourcing", competition: "Competition", mobility: "Factors between sectors", demand: "Final demand", horizon: "Time", elasticities: "Trade elasticities" };
const NAMES = {
  "fontagne-guimbard-orefice-2022": "Fontagné et al. 2022", "caliendo-parro-2015": "Caliendo–Parro 2015", "lashkaripour-lugovskyy-2023": "Lashkaripour–Lugovskyy 2023",
  uniform: "5 in every sector", "cobb-douglas": "Cobb–Douglas", long: "long run", short: "one year", output: "share of output", spending: "share of spending", public: "public goods",
};
const FIRST = ["elasticities", "imbalances", "mobility", "horizon"];

export function drawModel(context) {
  const { state, worlds, listing } = context;
  const scenario = state.scenario;
  const name = scenario.world ?? worlds.default.world;
  const own = typeof scenario.aggregation === "object" && scenario.aggregation !== null;
  const preset = own ? "own" : scenario.aggregation ?? worlds.default.aggregation;
  const presets = (worlds.worlds[name] ?? []).map(({ aggregation, title }) => [aggregation, `${aggregation}: ${title}`]);
  const keys = [...FIRST, ...Object.keys(context.options).filter((key) => !FIRST.includes(key))];
  byId("model").replaceChildren(
    field("World", Object.keys(worlds.worlds).map((one) => [one, one]), name, listing?.source ?? "", (value) => {
      scenario.world = value;
      const known = worlds.worlds[value].map((one) => one.aggregation);
      if (!own && !known.includes(preset)) scenario.aggregation = known.includes("us-japan") ? "us-japan" : known[0];
      context.changed("world");
    }),
    field("Regions and sectors", [...presets, ...(preset === "none" ? [["none", "none: everything apart"]] : []), ...(own ? [["own", "as in the file"]] : [])], preset, "", (value) => {
      if (value !== "own") scenario.aggregation = value;
      context.changed("world");
    }),
    ...keys.map((key) => option(context, key)),
  );
}

function option(context, key) {
  const { values, about } = context.options[key];
  const options = context.state.scenario.options ?? {};
  const now = options[key] ?? values[0];
  const shown = Array.isArray(now) ? "list" : String(now);
  const extra = values.includes(shown) ? [] : [[shown, Array.isArray(now) ? now.join(", ") : shown]];
  return field(LABELS[key] ?? key, [...values.map((value) => [value, NAMES[value] ?? value]), ...extra], shown, about, (value) => {
    const rest = { ...(context.state.scenario.options ?? {}) };
    if (value === values[0]) delete rest[key];
    else if (value !== "list") rest[key] = value;
    context.state.scenario.options = rest;
    if (!Object.keys(rest).length) delete context.state.scenario.options;
    context.changed("model");
  });
}

function field(label, choices, chosen, about, pick) {
  const id = fresh("option");
  return el("div", { className: "field" },
    el("label", { htmlFor: id, title: about }, label),
    el("select", { id, title: about, onchange: (event) => pick(event.target.value) }, ...choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text))));
}
