// Elements, made in one line.

export const byId = (id) => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && !key.includes("-")) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

let count = 0;
export const fresh = (name) => `${name}-${(count += 1)}`;

export function options(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => el("option", { value, selected: value === chosen }, label)));
}

export function choice(box, choices, chosen, pick) {
  const focused = box.contains(document.activeElement);
  box.replaceChildren(
    ...choices.map(([value, label]) =>
      el("button", { type: "button", "aria-pressed": String(value === chosen), onclick: () => pick(value) }, label),
    ),
  );
  if (focused) box.querySelector("[aria-pressed=true]")?.focus();
}

export function say(text) {
  byId("said").textContent = text;
}

export function download(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
