// The stack of rules as forms. The server says what each instrument's form holds; what a form cannot show stays as in the file.

import { byId, el, fresh } from "./dom.js";
import { control, plain } from "./fields.js";
import { goalOf, removed, renamed } from "./references.js";
import { hasSchedule } from "./schedule.js";
import { kindOf } from "./sizes.js";

const WAYS = { size: "How the rate of N is meant", way: "What happens in N", what: "What N is about", where: "Where N is", target: "How the target of N is meant" };
const opened = new WeakSet();
const copy = (value) => JSON.parse(JSON.stringify(value));

export const instrumentOf = (rule) => ("apply" in rule ? "apply" : Object.keys(rule)[0]);
const bodyOf = (rule) => ("apply" in rule ? rule : rule[instrumentOf(rule)]);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

export function drawRules(context) {
  const { scenario } = context.state;
  drawStack(context, {
    rules: scenario.policies,
    box: () => byId("rules"),
    called: (position) => `rule ${position + 1}`,
    redraw: () => {
      drawRules(context);
      context.rulesDrawn();
    },
    renamed: (position, before, after) => renamed(scenario, position, before, after),
    removed: (position, name) => removed(scenario, position, name),
    sought: (position, name) => goalOf(scenario, position, name),
    whenEmpty: () => byId("add"),
  });
  byId("clear").hidden = scenario.policies.length === 0;
}

// A list of rules as cards: those of the scenario, or those that a variant adds. `box` gives the list that holds them.
export const drawStack = (context, stack, box = stack.box()) => box.replaceChildren(...stack.rules.map((rule, position) => card(context, stack, rule, position)));

export const newRule = (context, instrument = "tariff") => copy(context.instruments[instrument].form.start);

// Fields that hold only beside others come and go with them.
function settle(body, fields) {
  for (const { key, needs, only, unless, start } of fields) {
    const [[other, values]] = Object.entries(only ?? unless ?? { "": [] });
    const holds = needs ? needs.some((one) => one in body) : only ? values.includes(body[other]) : unless ? !values.includes(body[other] ?? null) : true;
    if (!holds) delete body[key];
    else if ((needs || only) && start !== undefined && !(key in body)) body[key] = copy(start);
  }
}

const holds = (body, { needs, only, unless }) =>
  (!needs || needs.some((key) => key in body)) && Object.entries(only ?? {}).every(([key, values]) => values.includes(body[key])) && Object.entries(unless ?? {}).every(([key, values]) => !values.includes(body[key] ?? null));

function card(context, stack, rule, position) {
  const name = instrumentOf(rule);
  const { form, about } = context.instruments[name];
  const body = bodyOf(rule);
  const at = surroundings(context, stack, body, position, name);
  const again = (selector) => {
    stack.redraw();
    stack.box().children[position]?.querySelector(selector)?.focus();
  };
  const write = (field) => (value, kind, redraw = false) => {
    const before = JSON.stringify(Object.keys(body));
    if (field.key === "name" && name !== "agreement") stack.renamed(position, body.name, value);
    if (field.key === "outcome") retarget(at, value);
    if (value === undefined) delete body[field.key];
    else body[field.key] = copy(value);
    settle(body, form.fields);
    const place = `[data-key="${field.way ?? field.key}"]`;
    if (typeof redraw === "string") again(`${place} ${redraw}`);
    else if (redraw || field.key === "name" && name !== "agreement" || (kind !== "drag" && dependent(form.fields) && before !== JSON.stringify(Object.keys(body)))) again(`${place} :is(select, input)`);
    context.changed(kind);
  };
  const main = (field) => field.way || field.key in bodyOf(form.start) || ((field.needs || field.only) && field.start !== undefined) || ["regions", "region"].includes(field.kind) && !field.none;
  const drawn = (fields) => fields.map((field) => {
    const made = field.way ? way(field.way, form.fields, at, write, again) : control(field, at, null, write(field));
    made.dataset.key = field.way ?? field.key;
    return made;
  });
  const shown = form.fields.filter((field) => holds(body, field));
  const first = shown.filter(main).filter((field, place, all) => !field.way || all.findIndex((one) => one.way === field.way) === place);
  const more = shown.filter((field) => !main(field));
  const sought = stack.sought(position, body.name);
  const remove = () => {
    stack.rules.splice(position, 1);
    stack.removed(position, name === "agreement" ? undefined : body.name);
    stack.redraw();
    (stack.box().children[Math.max(0, position - 1)]?.querySelector("button, select") ?? stack.whenEmpty()).focus();
    context.changed("rules");
  };
  return el("li", { className: "card", "aria-label": capital(at.called) },
    el("div", { className: "row" }, instrument(context, stack, name, at), el("button", { type: "button", className: "quiet", "aria-label": `Remove ${at.called}`, onclick: remove }, "Remove")),
    el("p", { className: "soft about" }, about),
    ...drawn(first),
    sought < 0 ? null : el("p", { className: "soft about" }, `Its size is what rule ${sought + 1} looks for; what stands here is the first guess.`),
    more.length ? rest(rule, more, body, drawn) : null);
}

function rest(rule, fields, body, drawn) {
  const set = fields.filter(({ key }) => body[key] !== undefined).map(({ key, label }) => `${label.toLowerCase()}: ${plain(body[key])}`);
  const box = el("details", { className: "more", open: opened.has(rule), ontoggle: () => (box.open ? opened.add(rule) : opened.delete(rule)) },
    el("summary", {}, "More", set.length ? el("span", { className: "soft" }, ` ${set.join("; ")}`) : ""), ...drawn(fields));
  return box;
}

const dependent = (fields) => fields.some(({ needs, only, unless }) => needs || only || unless);

// Several keys of which a rule has one: which one, then its control.
function way(group, fields, at, write, again) {
  const { body } = at;
  const all = fields.filter((field) => field.way === group && (field.kind !== "variant" || at.variants().length || field.key in body));
  const now = all.find(({ key }) => key in body) ?? all[0];
  const pick = (event) => {
    const next = all.find(({ key }) => key === event.target.value);
    const fits = next.kind === now.kind && next.kind !== "choice" && next.kind !== "regions" && (next.schedule || !hasSchedule(now, body));
    const carried = fits ? body[now.key] : undefined;
    for (const { key } of all) delete body[key];
    body[next.key] = copy(begin(next, carried, at));
    settle(body, fields);
    again(`[data-key="${group}"] select`);
    at.context.changed("rules");
  };
  const how = all.length < 2 ? null : el("select", { "aria-label": WAYS[group].replace("N", at.called), title: now.about, onchange: pick }, ...all.map(({ key, label }) => el("option", { value: key, selected: key === now.key }, label)));
  return control(now, at, how, write(now));
}

function begin(field, carried, at) {
  if (field.kind === "variant") return at.variants()[0];
  const start = field.kind === "target" ? field.start[at.unitOf(at.body.outcome)] : field.start ?? field.choices?.[0][0];
  if (field.kind === "target" && field.key === "is" && kindOf(carried) !== kindOf(start)) return start;
  return carried ?? start ?? [];
}

// A goal for another outcome: its target begins anew where it is measured otherwise.
function retarget({ body, unitOf, fields }, outcome) {
  const itself = outcome === "equivalent variation"; // is a change from the baseline
  if ("same as" in body || (unitOf(outcome) === unitOf(body.outcome) && !(itself && "change" in body))) return;
  for (const one of ["is", "change"]) delete body[one];
  const key = itself ? "is" : "change";
  body[key] = fields.find((field) => field.key === key).start[unitOf(outcome)];
}

const named = (rule) => (instrumentOf(rule) === "agreement" ? undefined : bodyOf(rule).name);
const titled = (rule) => named(rule) ?? instrumentOf(rule);

// The rules of the scenario as they are referred to: by name or position, with a title.
export const picks = (context) =>
  context.state.scenario.policies.map((rule, place) => [named(rule) ?? place, `rule ${place + 1}, ${titled(rule)}`, rule]);

// What a control may ask about the rest of the scenario.
function surroundings(context, stack, body, position, name) {
  const { policies, variants } = context.state.scenario;
  const own = stack.rules === policies ? [] : stack.rules.filter((rule) => named(rule) !== undefined).map((rule) => [named(rule), titled(rule), rule]);
  const others = () => [...picks(context), ...own].filter(([, , rule]) => !rule.goal && context.instruments[instrumentOf(rule)].amounts.length);
  const outcomes = new Map(context.instruments.goal.form.fields.find(({ key }) => key === "outcome").choices.map(([key, text]) => [key, text.split(", ").at(-1)]));
  return {
    context, body, position, called: stack.called(position), instrument: name,
    fields: context.instruments[name].form.fields,
    otherRules: others,
    variants: () => Object.keys(variants ?? {}),
    unitOf: (outcome) => outcomes.get(outcome) ?? "%",
    sizeOfVaried: () => {
      const found = others().find(([pick]) => pick === body.vary)?.[2];
      return found && Object.values(bodyOf(found)).map(kindOf).find(Boolean);
    },
  };
}

function instrument(context, stack, name, { position, called }) {
  const id = fresh("instrument");
  const pick = (event) => {
    const { policies } = context.state.scenario;
    const made = newRule(context, event.target.value);
    stack.rules[position] = made;
    let place = position;
    if (made.goal) {
      const varied = policies.findLastIndex((rule) => !rule.goal && context.instruments[instrumentOf(rule)].amounts.length);
      const at = varied >= 0 ? varied : stack.rules === policies ? place++ : policies.length;
      if (varied < 0) policies.splice(at, 0, newRule(context));
      made.goal.vary = named(policies[at]) ?? at;
    }
    stack.redraw();
    stack.box().children[place].querySelector("select")?.focus();
    context.changed("rules");
  };
  return el("div", { className: "field grow" },
    el("label", { htmlFor: id, className: "hidden" }, `Instrument of ${called}`),
    el("select", { id, onchange: pick }, ...Object.keys(context.instruments).map((one) => el("option", { value: one, selected: one === name }, one === "apply" ? "Tariffs of a day" : capital(one)))));
}
