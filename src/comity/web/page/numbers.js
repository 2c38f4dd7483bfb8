// How numbers are written, and the classes in which they are coloured.

const MINUS = "−";

export function signed(value, digits) {
  if (value === null || value === undefined) return "–";
  const text = Math.abs(value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (Number(Math.abs(value).toFixed(digits)) === 0) return text;
  return (value < 0 ? MINUS : "+") + text;
}

// Decimals with which the largest of some values has three digits.
export function digitsFor(values, unit) {
  const most = Math.max(0, ...values.filter((value) => value !== null).map(Math.abs));
  if (most === 0) return 2;
  return Math.min(5, Math.max(unit === "%" ? 2 : 1, 2 - Math.floor(Math.log10(most))));
}

// Four round sizes, each about half of the next, the last below the largest value.
export function thresholds(values) {
  const most = Math.max(1e-6, ...values.filter((value) => value !== null).map(Math.abs));
  const power = Math.floor(Math.log10(most));
  const ladder = [];
  for (let exponent = power - 3; exponent <= power; exponent += 1) for (const step of [1, 2, 5]) ladder.push(step * 10 ** exponent);
  return ladder.filter((step) => step < most * 0.999).slice(-4);
}

// From 0, the largest loss, over 4, nothing, to 8, the largest gain.
export function classOf(value, limits) {
  const size = limits.filter((limit) => Math.abs(value) >= limit).length;
  return value < 0 ? 4 - size : 4 + size;
}

export function classNames(limits) {
  const plain = (value) => Number(value.toPrecision(2)).toString();
  const [a, b, c, d] = limits.map(plain);
  const below = [`below ${MINUS}${d}`, `${MINUS}${d} to ${MINUS}${c}`, `${MINUS}${c} to ${MINUS}${b}`, `${MINUS}${b} to ${MINUS}${a}`];
  return [...below, `about 0`, `+${a} to +${b}`, `+${b} to +${c}`, `+${c} to +${d}`, `above +${d}`];
}

export const percent = (text) => {
  const found = /^\s*([-+]?[0-9.]+(?:e[-+]?\d+)?)\s*%\s*$/i.exec(String(text));
  return found ? Number(found[1]) : typeof text === "number" ? 100 * text : null;
};

export const csv = (rows) =>
  rows.map((row) => row.map((cell) => (/[",\n]/.test(String(cell ?? "")) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell ?? ""))).join(",")).join("\n") + "\n";
