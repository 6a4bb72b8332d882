import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const languages = {
  bash, cpp, csharp, css, go, java, javascript, json, kotlin, php, python, rust, sql, typescript, xml, yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** Colours what has a language that we know and a length that is no burden. */
export function apply(root: Element) {
  for (const code of root.querySelectorAll<HTMLElement>("pre > code[class]:not([data-done])")) {
    code.dataset.done = "";
    const language = code.className.replace("language-", "");
    const source = code.textContent ?? "";
    if (hljs.getLanguage(language) && source.length < 50_000)
      code.innerHTML = hljs.highlight(source, { language }).value;
  }
}
