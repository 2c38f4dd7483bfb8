// How the model is closed, and on which world.

import { byId, el, fresh } from "./dom.js";
import { option } from "./options.js";

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
    day(context),
    field("Regions and sectors", [...presets, ...(preset === "none" ? [["none", "none: everything apart"]] : []), ...(own ? [["own", "as in the file"]] : [])], preset, "", (value) => {
      if (value !== "own") scenario.aggregation = value;
      context.changed("world");
    }),
    ...keys.map((key) => option(context, key, holder(context))),
  );
}

function holder(context) {
  const { scenario } = context.state;
  return {
    options: scenario.options ?? {},
    set: (options, key) => {
      if (Object.keys(options).length) scenario.options = options;
      else delete scenario.options;
      if (key === "horizon") context.rulesAgain();
      context.changed("model");
    },
  };
}

function day(context) {
  const { scenario } = context.state;
  const id = fresh("day");
  const about = "The day on which members of groupings and schedules by day are taken; the latest known if left out.";
  const set = (event) => {
    if (event.target.value) scenario["as of"] = event.target.value;
    else delete scenario["as of"];
    context.rulesAgain();
    context.changed("model");
  };
  return el("div", { className: "field" }, el("label", { htmlFor: id, title: about }, "As of"), el("input", { type: "date", id, title: about, value: scenario["as of"] ?? "", onchange: set }));
}

function field(label, choices, chosen, about, pick) {
  const id = fresh("option");
  return el("div", { className: "field" },
    el("label", { htmlFor: id, title: about }, label),
    el("select", { id, title: about, onchange: (event) => pick(event.target.value) }, ...choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text))));
}
