// An amount that changes over time: by years after the change, or by day; a step is a moment and a size.

import { el, fresh } from "./dom.js";
import { readers, sized, writers } from "./sizes.js";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HALF_YEAR = 182 * 86400000;
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export const hasSchedule = (field, body) => Boolean(field.schedule) && isMap(body[field.key]);
const after = (day) => new Date(Date.parse(day) + HALF_YEAR).toISOString().slice(0, 10);
const ascending = (steps) => [...steps].sort(([a], [b]) => (DAY.test(a) ? a.localeCompare(b) : Number(a) - Number(b)));

// The button that makes a schedule of one amount: part of it first, all of it later.
export function changing(field, kind, at, write) {
  const { shares, years } = at.context.forms.schedule;
  const begin = () => {
    const now = readers[kind](at.body[field.key]);
    write(Object.fromEntries(years.start.map((year, place) => [year, writers[kind](Math.round(1e4 * now * shares[place]) / 1e4)])), "rules", "[data-step] input");
  };
  return el("button", { type: "button", className: "link", "aria-label": `Change over time: ${field.label}, ${at.called}`, onclick: begin }, "Change over time");
}

export function over(field, kind, value, at, how, write) {
  const { years, days } = at.context.forms.schedule;
  let steps = ascending(Object.entries(value));
  if (steps.some(([, amount]) => readers[kind](amount) === null)) return el("p", { className: "soft words" }, `${field.label}: a schedule as in the file`);
  const byDay = DAY.test(steps[0][0]);
  const put = (next, focus) => write(Object.fromEntries(next), "rules", focus);
  const moved = (place, moment) => put(ascending(steps.map((step, at_) => (at_ === place ? [moment, step[1]] : step))), `[data-step="${place}"] input`);
  const moment = (place) => {
    const [now] = steps[place];
    const input = byDay
      ? el("input", { type: "date", value: now })
      : el("input", { type: "number", value: now, min: years.low, max: years.high, step: "any", inputMode: "decimal" });
    input.setAttribute("aria-label", `${byDay ? "Day" : "Year"} of step ${place + 1}: ${field.label}, ${at.called}`);
    input.addEventListener("change", () => {
      const taken = steps.some(([other], at_) => at_ !== place && other === input.value);
      const fits = byDay ? DAY.test(input.value) : input.value !== "" && Number(input.value) >= years.low && Number(input.value) <= years.high;
      if (fits && !taken) moved(place, byDay ? input.value : String(Number(input.value)));
      else input.value = now;
    });
    return el("span", { className: "moment" }, byDay ? days.label : years.label, " ", input);
  };
  const row = (_step, place) => {
    const set = (amount, change) => {
      steps[place][1] = amount;
      write(Object.fromEntries(steps), change);
    };
    const made = sized({ ...field, label: `${field.label}, step ${place + 1}` }, kind, steps[place][1], at.called, moment(place), set);
    const remove = el("button", { type: "button", className: "quiet", "aria-label": `Remove step ${place + 1} of ${field.label}, ${at.called}`, onclick: () => put(steps.filter((_, at_) => at_ !== place), "[data-step] input") }, "×");
    return el("div", { className: "step", "data-step": place }, made, steps.length > 1 ? remove : null);
  };
  const add = () => {
    const [last, amount] = steps.at(-1);
    const free = [Number(last) + 2, Number(last) + 1, ...Array.from({ length: years.high + 1 }, (_, year) => year)].find((year) => year <= years.high && !steps.some(([other]) => Number(other) === year));
    const next = byDay ? after(last) : free;
    if (next !== undefined) put(ascending([...steps, [String(next), amount]]), `[data-step="${steps.length}"] input`);
  };
  const swap = (event) => {
    const wanted = event.target.value === "days" ? days.start : years.start;
    const more = (place) => (event.target.value === "days" ? Array.from({ length: place - wanted.length + 1 }).reduce(after, wanted.at(-1)) : wanted.at(-1) + place - wanted.length + 1);
    put(steps.map(([, amount], place) => [String(wanted[place] ?? more(place)), amount]), ".unit");
  };
  const unit = el("select", { id: fresh("moments"), className: "unit", "aria-label": `How the moments are written: ${field.label}, ${at.called}`, onchange: swap },
    el("option", { value: "years", selected: !byDay }, "by years"), el("option", { value: "days", selected: byDay }, "by days"));
  return el("div", { className: "stack" }, how ?? el("span", { className: "key", title: field.about }, field.label),
    el("fieldset", { className: "shares steps" }, el("legend", {}, `${field.label}, over time`), ...steps.map(row),
      el("div", { className: "row" }, el("button", { type: "button", onclick: add }, "Add a step"), unit,
        el("button", { type: "button", className: "quiet", onclick: () => write(steps.at(-1)[1], "rules", ":is(select, input)") }, "One amount")),
      hint(at, byDay)));
}

// What of the schedule the answer shows.
function hint(at, byDay) {
  const { scenario } = at.context.state;
  if (byDay) return el("p", { className: "soft about" }, `The answer is that of ${scenario["as of"] ?? "the last step"}; "As of", under Model, picks the day.`);
  const asked = scenario.options?.horizon ?? "long";
  if (Array.isArray(asked)) return el("p", { className: "soft about" }, "The answer has each of the years that Time, under Model, lists.");
  const when = asked === "long" ? "the long run" : asked === "short" ? "the first year" : `year ${asked}`;
  return el("p", { className: "soft about" }, `The answer is that of ${when}, with the step in force then. `,
    el("button", { type: "button", className: "link", onclick: () => at.context.askPath() }, "See the path"));
}
