// The variants of a scenario as forms: which of its rules each has, rules of its own, how its model differs.

import { byId, el, fresh } from "./dom.js";
import { option, optionWords } from "./options.js";
import { variantRenamed } from "./references.js";
import { drawStack, newRule, picks } from "./rules.js";

const opened = new WeakSet();
const copy = (value) => JSON.parse(JSON.stringify(value));
const listed = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const among = (all, value) => listed(value).map((one) => (typeof one === "number" ? all[one]?.[0] ?? one : one));

export function drawVariants(context) {
  const { scenario } = context.state;
  const names = Object.keys(scenario.variants ?? {});
  for (const name of names) scenario.variants[name] ??= {};
  byId("variant-forms").replaceChildren(...names.map((name, position) => card(context, name, position)));
  byId("no-variants").hidden = names.length > 0;
}

export function addVariant(context) {
  const { scenario } = context.state;
  const { first, start } = context.forms.variant;
  scenario.variants ??= copy(first);
  const taken = Object.keys(scenario.variants);
  let number = taken.length + 1;
  while (taken.includes(`variant ${number}`)) number += 1;
  const name = `variant ${number}`;
  scenario.variants[name] = copy(start);
  drawVariants(context);
  byId("variant-forms").lastElementChild.querySelector("input").select();
  byId("variant-forms").lastElementChild.querySelector("input").focus();
  context.variantChanged(name);
}

function card(context, name, position) {
  const { scenario } = context.state;
  const variant = scenario.variants[name];
  const again = (selector) => {
    drawVariants(context);
    byId("variant-forms").children[position]?.querySelector(selector)?.focus();
  };
  const changed = () => context.variantChanged(name);
  const remove = () => {
    delete scenario.variants[name];
    if (!Object.keys(scenario.variants).length) delete scenario.variants;
    drawVariants(context);
    (byId("variant-forms").children[Math.max(0, position - 1)]?.querySelector("input") ?? byId("add-variant")).focus();
    context.variantChanged(Object.keys(scenario.variants ?? {})[0] ?? "");
  };
  const parts = context.forms.variant.fields;
  const field = (kind) => parts.find((one) => one.kind === kind);
  return el("li", { className: "card", "aria-label": `Variant ${position + 1}` },
    el("div", { className: "row" }, nameOf(context, name, position, again), el("button", { type: "button", className: "quiet", "aria-label": `Remove variant ${position + 1}`, onclick: remove }, "Remove")),
    ...rulesOf(context, variant, name, parts.filter(({ kind }) => kind === "rules"), again, changed),
    ...own(context, variant, name, field("stack"), again, changed),
    model(context, variant, name, field("options"), changed));
}

function nameOf(context, name, position, again) {
  const id = fresh("variant");
  const rename = (event) => {
    const next = event.target.value.trim();
    const { scenario } = context.state;
    if (!next || next === name || next in scenario.variants) {
      event.target.value = name;
      return;
    }
    scenario.variants = Object.fromEntries(Object.entries(scenario.variants).map(([key, value]) => [key === name ? next : key, value]));
    variantRenamed(scenario, name, next);
    context.rulesAgain();
    again("input");
    context.variantChanged(next);
  };
  return el("div", { className: "field grow" }, el("label", { htmlFor: id, className: "hidden" }, `Name of variant ${position + 1}`),
    el("input", { type: "text", id, value: name, maxLength: 100, onchange: rename }));
}

// All rules, all but some, or only some.
function rulesOf(context, variant, name, ways, again, changed) {
  const id = fresh("which");
  const all = picks(context);
  const now = ways.find(({ key }) => key in variant);
  const pick = (event) => {
    const kept = among(all, variant[now?.key]);
    for (const { key } of ways) delete variant[key];
    const next = ways.find(({ key }) => key === event.target.value);
    const left = now ? all.map(([one]) => one).filter((one) => !kept.includes(one)) : all.map(([one]) => one).slice(-1);
    if (next) variant[next.key] = left;
    again(".which");
    changed();
  };
  const choices = [["", context.forms.variant.none], ...ways.map(({ key, label }) => [key, label])];
  const tick = (one, on) => {
    const kept = among(all, variant[now.key]).filter((other) => other !== one);
    variant[now.key] = all.map(([other]) => other).filter((other) => (other === one ? on : kept.includes(other)));
    changed();
  };
  const line = el("div", { className: "line" }, el("label", { htmlFor: id }, "Rules of the scenario"),
    el("select", { id, className: "which", title: now?.about ?? "", onchange: pick }, ...choices.map(([value, text]) => el("option", { value, selected: value === (now?.key ?? "") }, text))));
  if (!now) return [line];
  const chosen = among(all, variant[now.key]);
  const known = all.map(([one]) => one);
  const stray = chosen.filter((one) => !known.includes(one)).map((one) => [one, String(one)]);
  return [line, el("div", { className: "list ticks", role: "group", "aria-label": `${now.key === "drop" ? "Left out of" : "Kept in"} ${name}` },
    ...[...all, ...stray].map(([one, text]) => el("label", { className: "tick" }, el("input", { type: "checkbox", checked: chosen.includes(one), onchange: (event) => tick(one, event.target.checked) }), `${now.key === "drop" ? "without" : "with"} ${text}`)))];
}

// Rules that only this variant has, after those of the scenario.
function own(context, variant, name, { about }, again, changed) {
  const rules = variant.add ?? [];
  const list = el("ol", { className: "stack-of-rules" });
  const add = el("button", { type: "button", className: "link", title: about, onclick: () => {
    variant.add = rules;
    rules.push(newRule(context));
    again(".stack-of-rules > li:last-child select");
    changed();
  } }, "Give it a rule of its own");
  const place = Object.keys(context.state.scenario.variants).indexOf(name);
  const box = () => byId("variant-forms").children[place].querySelector(".stack-of-rules");
  const redraw = () => {
    context.rulesAgain();
    drawVariants(context);
  };
  const stack = {
    rules, box, redraw,
    called: (position) => `rule ${position + 1} of ${name}`,
    renamed: (_position, before, after) => goals(rules, before, (goal) => (goal.vary = after ?? goal.vary)),
    removed: (_position, gone) => {
      goals(rules, gone, (_goal, rule) => rules.splice(rules.indexOf(rule), 1));
      if (!rules.length) delete variant.add;
    },
    sought: () => -1,
    whenEmpty: () => byId("variant-forms").children[place].querySelector("button.link"),
  };
  drawStack(context, stack, list);
  return [list, el("div", {}, add)];
}

function goals(rules, name, change) {
  if (name === undefined) return;
  for (const rule of rules.filter((one) => one.goal?.vary === name)) change(rule.goal, rule);
}

function model(context, variant, name, { about, choices }, changed) {
  const summary = el("summary", { title: about });
  const say = () => summary.replaceChildren("Model", el("span", { className: "soft" }, ` ${Object.entries(variant.options ?? {}).map(([key, value]) => optionWords(key, value)).join("; ") || "as in the scenario"}`));
  const holder = {
    options: variant.options ?? {},
    set: (options) => {
      if (Object.keys(options).length) variant.options = options;
      else delete variant.options;
      say();
      changed();
    },
  };
  say();
  const box = el("details", { className: "more", open: opened.has(variant), ontoggle: () => (box.open ? opened.add(variant) : opened.delete(variant)) }, summary,
    el("div", { className: "grid plain" }, ...choices.map((key) => option(context, key, holder, { above: "unchanged", of: `, ${name}` }))));
  return box;
}
