// What the visitor has chosen; it lives in the address, so that a link brings it back.

const EMPTY = { scenario: { policies: [] }, region: "", measure: "real_income_pct", bySector: "value_added_change_usd_bn", variant: "", lines: "regions", pinned: null, side: "b" };

function encode(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decode(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(raw, (letter) => letter.charCodeAt(0))));
}

export function fromAddress() {
  const text = location.hash.replace(/^#s=/, "");
  if (!location.hash.startsWith("#s=")) return null;
  try {
    const found = decode(text);
    const scenario = found.scenario;
    if (typeof scenario !== "object" || scenario === null || !Array.isArray(scenario.policies)) return null;
    return { ...EMPTY, ...found };
  } catch {
    return null;
  }
}

export const fresh = (scenario) => ({ ...EMPTY, scenario });

let timer = 0;
let written = "";
export function toAddress(state) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const kept = Object.fromEntries(Object.entries(state).filter(([key, value]) => key === "scenario" || value !== EMPTY[key]));
    written = `#s=${encode(kept)}`;
    history.replaceState(null, "", written);
  }, 150);
}

export const isOurs = () => location.hash === written;

export function link(state) {
  const kept = Object.fromEntries(Object.entries(state).filter(([key, value]) => key === "scenario" || value !== EMPTY[key]));
  return `${location.origin}${location.pathname}#s=${encode(kept)}`;
}
