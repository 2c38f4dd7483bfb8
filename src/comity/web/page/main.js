// The page: choices go into a scenario, the scenario to the server, its answer onto the screen.

import { Refused, ask, newest, onConnection } from "./api.js";
import { byId, el, say } from "./dom.js";
import { offerDownloads } from "./downloads.js";
import { makeMap } from "./map.js";
import { drawModel } from "./model.js";
import { drawPath } from "./path.js";
import { Reading } from "./reading.js";
import { drawRules, newRule } from "./rules.js";
import { wireTheme } from "./theme.js";
import { addVariant, drawVariants } from "./variants.js";
import { drawAnswer, sentence } from "./views.js";
import { fresh, fromAddress, isOurs, link, toAddress } from "./state.js";

const context = { state: null, listing: null, worlds: null, options: null, instruments: null, forms: null, outlines: null };
const shown = { answer: null, listing: null, scenario: null, before: null, beforeName: null, kept: null, allSectors: false };
const copy = (value) => JSON.parse(JSON.stringify(value));

context.regionChoices = () => {
  const { regions, groupings } = context.listing;
  const groups = Object.entries(groupings).filter(([, codes]) => codes.length > 1).map(([name, codes]) => [name, `${name} (${codes.length})`, [name]]);
  const countries = regions.map(({ code, name }) => [code, name, [name]]).sort((a, b) => a[1].localeCompare(b[1]));
  return [["all", "Everyone", ["everyone", "world", "all countries"]], ...countries, ...groups];
};
context.sectorChoices = () => {
  const { sectors, sector_groups: groups } = context.listing;
  const several = Object.entries(groups).filter(([name, codes]) => codes.length > 1 && name !== "all").map(([name, codes]) => [name, `${name} (${codes.length})`, []]);
  const single = Object.entries(groups).filter(([, codes]) => codes.length === 1).map(([name, [code]]) => [code, name]);
  return [...several, ...sectors.map(({ code, name }) => [code, name, single.filter(([of]) => of === code).map(([, word]) => word)])];
};
context.rulesDrawn = () => drawVariants(context);
context.rulesAgain = () => drawRules(context);
context.askPath = () => {
  const { scenario } = context.state;
  scenario.options = { ...scenario.options, horizon: copy(context.forms.options.horizon.list.start) };
  drawRules(context);
  drawModel(context);
  byId("path-chart").closest("section").scrollIntoView({ block: "nearest" });
  context.changed("model");
};
context.variantChanged = (name) => {
  context.state.variant = name;
  context.changed("rules");
};
function view() {
  const { state } = context;
  const { listing } = shown;
  const now = new Reading(shown.answer, state.variant);
  const regions = shown.answer.regions;
  return {
    state, now, side: state.side,
    scenario: shown.scenario,
    before: shown.before && sameRegions(shown.before, shown.answer) ? new Reading(shown.before, shown.beforeName ?? state.variant) : null,
    beforeName: shown.beforeName,
    kept: shown.kept ? new Reading(shown.kept, state.variant) : null,
    region: regions.includes(state.region) ? state.region : mostMoved(now),
    names: new Map(listing.regions.map(({ code, name }) => [code, name])),
    sectorNames: new Map(listing.sectors.map(({ code, name }) => [code, name])),
    allSectors: shown.allSectors,
    pickVariant: (variant) => {
      Object.assign(shown, { before: shown.answer, beforeName: now.name });
      choose({ variant });
    },
    pickLines: (lines) => choose({ lines }),
    pickSide: (side) => choose({ side }),
    pickRegion: (region) => choose({ region }),
  };
}

const sameRegions = (a, b) => a.regions.join() === b.regions.join();

function mostMoved(reading) {
  const size = (code) => Math.abs(reading.value("equivalent_variation_usd_bn", code) ?? 0);
  return [...reading.answer.regions].sort((a, b) => size(b) - size(a))[0];
}

function choose(part) {
  Object.assign(context.state, part);
  toAddress(context.state);
  if (shown.answer) drawAnswer(view(), false);
}

let underWay = 0;
function busy(more) {
  underWay += more;
  byId("answer").setAttribute("aria-busy", String(underWay > 0));
}

const solve = newest(async ({ kind, scenario, listing }, stale) => {
  const main = byId("answer");
  busy(1);
  try {
    const answer = await ask("/api/solve", { scenario, form: "compact" }, stale);
    if (answer === null) return;
    if (shown.listing !== listing) makeMap(context.outlines, listing, (region) => choose({ region }));
    Object.assign(shown, { answer, scenario, listing });
    byId("problem").hidden = true;
    byId("stale").hidden = true;
    main.classList.remove("old");
    drawAnswer(view(), kind === "drag");
    if (kind !== "drag") {
      const found = sentence(view());
      say(typeof found === "string" ? found : `Real income: ${found.map(([name, share]) => `${name} ${share}`).join(", ")}`);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblem(error);
  } finally {
    busy(-1);
  }
});

function showProblem(error) {
  const title = { NoEquilibrium: "No equilibrium.", NotConverged: "No answer was found.", NotCertified: "The answer failed its certificate." }[error.kind] ?? "These rules cannot be read.";
  byId("problem").replaceChildren(el("strong", {}, title), ` ${error.message.replace(/([^.!?])$/, "$1.")}`, shown.answer ? el("span", { className: "soft" }, " Below is the last good answer.") : "");
  byId("problem").hidden = false;
  byId("answer").classList.toggle("old", shown.answer !== null);
  byId("stale").hidden = shown.answer === null;
  byId("strip").textContent = title;
}

const write = newest(async (scenario, stale) => {
  try {
    const found = await ask("/api/scenario", { scenario }, stale);
    if (found === null || document.activeElement === byId("text")) return;
    byId("text").value = found.yaml;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  } finally {
    if (!stale()) byId("text").setAttribute("aria-busy", "false");
  }
});

let writing = 0;
let dragging = false;
context.changed = async (kind) => {
  if (kind === "open") shown.before = null;
  else if (!dragging) Object.assign(shown, { before: shown.answer, beforeName: null });
  dragging = kind === "drag";
  toAddress(context.state);
  busy(1);
  if (kind === "world") await loadWorld();
  solve({ kind, scenario: copy(context.state.scenario), listing: context.listing });
  busy(-1);
  clearTimeout(writing);
  byId("text").setAttribute("aria-busy", "true");
  writing = setTimeout(() => write(copy(context.state.scenario)), 200);
  const question = context.state.scenario.question ?? "";
  if (document.activeElement !== byId("asked")) byId("asked").value = question;
  byId("asked-before").hidden = kind === "open" || kind === "question" || question !== context.opened || !question;
};

async function loadWorld() {
  const { scenario } = context.state;
  const name = scenario.world ?? context.worlds.default.world;
  const own = typeof scenario.aggregation === "object" && scenario.aggregation !== null;
  const aggregation = own ? scenario.aggregation.preset ?? "none" : scenario.aggregation ?? context.worlds.default.aggregation;
  try {
    context.listing = await ask(`/api/worlds/${encodeURIComponent(name)}?aggregation=${encodeURIComponent(aggregation)}`);
    shown.before = null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblem(error);
    context.listing ??= await ask(`/api/worlds/${context.worlds.default.world}`);
  }
  drawRules(context);
  drawVariants(context);
  drawModel(context);
}

async function open(state) {
  context.state = state;
  context.opened = state.scenario.question ?? "";
  shown.before = null;
  shown.kept = null;
  if (state.pinned) await keep(state.pinned);
  await loadWorld();
  context.changed("open");
}

async function keep(scenario) {
  try {
    shown.kept = await ask("/api/solve", { scenario, form: "compact" });
    context.state.pinned = scenario;
  } catch (error) {
    context.state.pinned = null;
    showProblem(error);
  }
}

async function openText(text) {
  byId("text-problem").hidden = true;
  try {
    const { scenario } = await ask("/api/scenario", { text });
    await open({ ...context.state, scenario });
    say("The file is applied.");
  } catch (error) {
    byId("text-problem").textContent = error.message;
    byId("text-problem").hidden = false;
  }
}

function wire(start, examples) {
  const given = Object.entries(start.scenarios).map(([name, { scenario }]) => [name, scenario]);
  const shipped = Object.entries(examples).map(([name, { question, scenario }]) => [`${name}: ${question}`, scenario]);
  const all = [...given, ...shipped];
  byId("examples").replaceChildren(
    el("option", { value: "" }, "a scenario…"),
    el("optgroup", { label: start.title || "Opened with" }, ...given.map(([name], place) => el("option", { value: place }, name))),
    el("optgroup", { label: "Examples" }, ...shipped.map(([name], place) => el("option", { value: given.length + place }, name))),
  );
  byId("examples").addEventListener("change", (event) => {
    if (event.target.value !== "") open(fresh(copy(all[event.target.value][1])));
    event.target.value = "";
  });
  byId("add").addEventListener("click", () => {
    context.state.scenario.policies.push(newRule(context));
    drawRules(context);
    byId("rules").lastElementChild.querySelector("select").focus();
    context.changed("rules");
  });
  byId("clear").addEventListener("click", () => {
    const { world, aggregation } = context.state.scenario;
    const kept = Object.fromEntries(Object.entries({ world, aggregation }).filter(([, value]) => value !== undefined));
    open(fresh({ ...kept, policies: [] }));
    byId("add").focus();
  });
  byId("asked").addEventListener("change", (event) => {
    const question = event.target.value.replace(/\s+/g, " ").trim();
    if (question) context.state.scenario.question = question;
    else delete context.state.scenario.question;
    context.changed("question");
  });
  byId("add-variant").addEventListener("click", () => addVariant(context));
  byId("measure").addEventListener("change", (event) => choose({ measure: event.target.value }));
  byId("by-sector").addEventListener("change", (event) => choose({ bySector: event.target.value }));
  byId("region").addEventListener("change", (event) => choose({ region: event.target.value }));
  byId("all-sectors").addEventListener("click", () => {
    shown.allSectors = !shown.allSectors;
    drawAnswer(view(), false);
  });
  byId("pin").addEventListener("click", () => {
    if (!shown.answer) return;
    const on = !shown.kept;
    shown.kept = on ? shown.answer : null;
    choose({ pinned: on ? shown.scenario : null, side: "b" });
    say(on ? "This answer is kept as A. Change the rules, and the new answer is B." : "Comparing has ended.");
  });
  byId("strip").addEventListener("click", () => byId("answer").scrollIntoView());
  byId("apply").addEventListener("click", () => openText(byId("text").value));
  byId("upload").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await openText(await file.text());
    event.target.value = "";
  });
  byId("link").addEventListener("click", async () => {
    toAddress(context.state);
    try {
      await navigator.clipboard.writeText(link(context.state));
      say("The link is copied.");
      byId("link").textContent = "Copied";
    } catch {
      byId("link").textContent = "Copy it from the address";
    }
    setTimeout(() => (byId("link").textContent = "Copy link"), 2500);
  });
  addEventListener("hashchange", () => {
    const found = isOurs() ? null : fromAddress();
    if (found) open(found);
  });
  offerDownloads({ view });
  new ResizeObserver(() => shown.answer && drawPath(view())).observe(byId("path"));
}

async function begin() {
  wireTheme();
  onConnection((message) => {
    byId("lost").textContent = message;
    byId("lost").hidden = message === "";
  });
  const [start, worlds, options, instruments, forms, examples, outlines] = await Promise.all(
    ["/api/start", "/api/worlds", "/api/options", "/api/instruments", "/api/forms", "/api/examples", "/api/map"].map((path) => ask(path)),
  );
  Object.assign(context, { worlds, options, instruments, forms, outlines });
  wire(start, examples);
  const first = Object.values(start.scenarios)[0]?.scenario ?? { policies: [newRule(context)] };
  await open(fromAddress() ?? fresh(copy(first)));
}

begin();
