// What one can take away.

import { ask } from "./api.js";
import { byId, download, say } from "./dom.js";
import { csv } from "./numbers.js";

export function offerDownloads(context) {
  byId("save-regions").addEventListener("click", () => download("regions.csv", "text/csv", regions(context.view())));
  byId("save-sectors").addEventListener("click", () => download("sectors.csv", "text/csv", sectors(context.view())));
  byId("save-file").addEventListener("click", () => download("scenario.yaml", "application/yaml", byId("text").value));
  byId("save-brief").addEventListener("click", (event) => making(event.target, async () => {
    const { scenario, region } = context.view();
    const { html, intervals } = await brief(scenario, region);
    download("brief.html", "text/html", html);
    return intervals ? "" : "It has no intervals: they take longer than the server may. Download the file and run comity brief scenario.yaml.";
  }));
  byId("save-answer").addEventListener("click", (event) => making(event.target, async () => {
    const { scenario } = context.view();
    const found = await ask("/api/solve", { scenario, form: "full" });
    download("answer.json", "application/json", `${JSON.stringify(found, null, 2)}\n`);
  }));
}

// With intervals, or without where they take longer than an answer may.
async function brief(scenario, region) {
  try {
    return await ask("/api/brief", { scenario, region });
  } catch (error) {
    if (error.kind !== "TooSlow") throw error;
    return ask("/api/brief", { scenario, region, draws: 0 });
  }
}

// A button that waits for what it makes, and says why where it cannot be made.
async function making(button, make) {
  const label = button.textContent;
  button.textContent = `${label}…`;
  button.setAttribute("aria-busy", "true");
  try {
    const note = (await make()) ?? "";
    button.textContent = label;
    byId("taken").textContent = note;
    if (note) say(note);
  } catch (error) {
    say(error.message);
    button.textContent = `${label}: ${error.message}`;
    setTimeout(() => (button.textContent = label), 8000);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

const variantsOf = (answer) => Object.entries(answer.variants);

function regions({ now, names }) {
  const measures = Object.keys(now.variant.measures);
  const rows = variantsOf(now.answer).flatMap(([name, variant]) =>
    now.answer.regions.map((code, place) => [name, code, names.get(code), ...measures.map((key) => variant.measures[key][place])]));
  return csv([["variant", "region", "name", ...measures], ...rows]);
}

function sectors({ now, names, sectorNames }) {
  const measures = Object.keys(now.variant.by_sector);
  const rows = variantsOf(now.answer).flatMap(([name, variant]) =>
    now.answer.regions.flatMap((code, place) =>
      variant.sectors.map((sector, at) => [name, code, names.get(code), sector, sectorNames.get(sector) ?? sector, ...measures.map((key) => variant.by_sector[key][place][at])])));
  return csv([["variant", "region", "name", "sector", "sector_name", ...measures], ...rows]);
}
