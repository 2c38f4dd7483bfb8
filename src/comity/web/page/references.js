// Rules that are named by their position or name elsewhere: in goals, and in what variants drop and keep.

const listed = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

const goals = (scenario) =>
  [scenario.policies, ...Object.values(scenario.variants ?? {}).map((variant) => variant?.add)].flatMap(listed).map((rule) => rule.goal).filter(Boolean);

// After the rule at a position is gone: later ones move up, picks of it are dropped, goals that varied it go with it.
export function removed(scenario, position, name) {
  const is = (pick) => pick === position || (name !== undefined && pick === name);
  const moved = (pick) => (typeof pick === "number" && pick > position ? pick - 1 : pick);
  for (const variant of Object.values(scenario.variants ?? {})) {
    if (!variant) continue;
    for (const key of ["drop", "keep"]) {
      if (variant[key] === undefined) continue;
      variant[key] = listed(variant[key]).filter((pick) => !is(pick)).map(moved);
      if (key === "drop" && !variant[key].length) delete variant.drop;
    }
    if (variant.add) variant.add = variant.add.filter((rule) => !rule.goal || !is(rule.goal.vary));
  }
  for (const goal of goals(scenario)) goal.vary = moved(goal.vary);
  const lost = scenario.policies.findIndex((rule) => rule.goal && is(rule.goal.vary));
  if (lost < 0) return;
  scenario.policies.splice(lost, 1);
  removed(scenario, lost, undefined);
}

export function renamed(scenario, position, before, after) {
  const pick = (found) => (found === before && before !== undefined ? after ?? position : found);
  for (const variant of Object.values(scenario.variants ?? {})) {
    for (const key of ["drop", "keep"]) if (variant?.[key] !== undefined) variant[key] = listed(variant[key]).map(pick);
  }
  for (const goal of goals(scenario)) goal.vary = pick(goal.vary);
}

// The goal that finds the size of a rule, by its position among the rules, or -1.
export const goalOf = (scenario, position, name) =>
  scenario.policies.findIndex((rule) => rule.goal && (rule.goal.vary === position || (name !== undefined && rule.goal.vary === name)));

// A variant has another name: goals that ask for the same outcome as in it say so.
export function variantRenamed(scenario, before, after) {
  for (const goal of goals(scenario)) if (goal["same as"] === before) goal["same as"] = after;
}
