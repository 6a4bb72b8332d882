import { word } from "./toast";

// Colours of code and typeset formulas: fetched only by a page that has some, from our own origin.
declare global {
  interface Window {
    lazy?: Record<string, Promise<{ apply(root: Element): void }>>;
  }
}

const copyIcon = () => document.querySelector<SVGUseElement>("svg.i use")?.href.baseVal.split("#")[0] ?? "";

export function enrich(root: Element) {
  if (root.querySelector("pre > code[class]:not([data-done])")) void load("highlight").then((it) => it.apply(root));
  if (root.querySelector(".math:not([data-done])")) void load("math").then((it) => it.apply(root));
  for (const caption of root.querySelectorAll("figure.code > figcaption:not([data-done])")) {
    caption.setAttribute("data-done", "");
    caption.append(copyButton());
  }
}

function copyButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon";
  button.dataset.copyCode = "";
  button.setAttribute("aria-label", word("copyCode"));
  button.innerHTML = `<svg class="i" aria-hidden="true"><use href="${copyIcon()}#copy"/></svg>`;
  return button;
}

function load(name: "highlight" | "math") {
  window.lazy ??= {};
  const address = document.querySelector<HTMLMetaElement>(`meta[name="lazy-${name}"]`)?.content ?? `/lazy/${name}.js`;
  return (window.lazy[name] ??= import(address));
}
