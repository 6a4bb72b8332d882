import katex from "katex";

/** MathML only: no fonts and no styles of its own, and screen readers read it. */
export function apply(root: Element) {
  for (const place of root.querySelectorAll<HTMLElement>(".math:not([data-done])")) {
    place.dataset.done = "";
    const source = (place.textContent ?? "").replace(/^\s*(\\\(|\\\[|\$+)|(\\\)|\\\]|\$+)\s*$/g, "");
    try {
      katex.render(source, place, {
        output: "mathml",
        displayMode: place.localName === "div" || place.classList.contains("display"),
        throwOnError: true,
        maxExpand: 200,
        trust: false,
      });
    } catch {
      // What cannot be typeset stays as it was written.
    }
  }
}
