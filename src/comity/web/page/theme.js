// Light or dark: as the system says, until the visitor says otherwise.

import { byId } from "./dom.js";

const KEY = "comity-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function show() {
  const dark = (remembered() ?? (system.matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("theme").setAttribute("aria-pressed", String(dark));
}

export function wireTheme() {
  show();
  system.addEventListener("change", show);
  byId("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme === "dark";
    try {
      localStorage.setItem(KEY, dark ? "light" : "dark");
    } catch {
      // a browser that keeps nothing shows the system's choice
    }
    show();
  });
}
