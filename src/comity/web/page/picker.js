// Several of many names, ticked in a list that can be searched.

import { el } from "./dom.js";

const listed = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

// choices: [value, text, other words for it]; write: called with a name, a list of them, or undefined.
export function picker(label, choices, value, empty, about, write) {
  let now = value;
  const byWord = new Map(choices.flatMap(([one, text, words = []]) => [one, text, ...words].map((word) => [word.toLowerCase(), one])));
  const chosen = () => listed(now).map((word) => byWord.get(String(word).toLowerCase()) ?? word);
  const names = new Map(choices.map(([one, text]) => [one, text]));
  const own = chosen().filter((one) => !names.has(one)).map((one) => [one, one]);
  const summary = el("summary", { title: about });
  const describe = () => {
    const found = chosen().map((one) => names.get(one) ?? one);
    summary.replaceChildren(el("span", { className: "key" }, `${label} `), el("span", {}, found.length ? found.join(", ") : empty));
  };
  const pick = (one, on) => {
    const kept = chosen().filter((other) => other !== one);
    const next = on ? [...kept, one] : kept;
    now = next.length === 0 ? undefined : next.length === 1 ? next[0] : next;
    describe();
    write(now);
  };
  const rows = [...own, ...choices].map(([one, text]) =>
    el("label", { className: "tick" }, el("input", { type: "checkbox", value: one, checked: chosen().includes(one), onchange: (event) => pick(one, event.target.checked) }), text));
  const find = el("input", { type: "search", placeholder: "Find", "aria-label": `Find ${label.toLowerCase()}`, oninput: (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  } });
  describe();
  return el("details", { className: "picker" }, summary, find, el("div", { className: "list", role: "group", "aria-label": label }, ...rows));
}
