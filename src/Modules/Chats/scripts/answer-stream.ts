import { enrich } from "../../../NetRoom.Kernel/scripts/rich-text";

/**
 * <answer-stream src>: shows a running answer as the server renders it. The browser reconnects by itself and says what it has;
 * at the end the whole article is replaced by the finished one.
 */
class AnswerStream extends HTMLElement {
  private source?: EventSource;

  connectedCallback() {
    const article = this.closest("article")!;
    const prose = this.querySelector(".prose")!;
    const source = (this.source = new EventSource(this.getAttribute("src")!));
    document.dispatchEvent(
      new CustomEvent("answer-started", { detail: this.getAttribute("src")!.replace(/events$/, "stop") }),
    );

    source.addEventListener("block", (event) => {
      const { i, html } = JSON.parse((event as MessageEvent<string>).data) as { i: number; html: string };
      const follow = isAtEnd();
      prose.querySelector(".waiting")?.remove();
      let block = prose.querySelector<HTMLElement>(`[data-block="${i}"]`);
      if (!block) {
        block = document.createElement("div");
        block.dataset.block = String(i);
        prose.append(block);
        const finished = block.previousElementSibling;
        if (finished) enrich(finished);
      }
      block.innerHTML = html;
      if (follow) scrollToEnd();
    });
    source.addEventListener("reasoning", (event) => {
      const { text } = JSON.parse((event as MessageEvent<string>).data) as { text: string };
      const think = article.querySelector<HTMLDetailsElement>("details.think");
      if (!think) return;
      const follow = isAtEnd();
      if (think.hidden) think.hidden = !(think.open = true);
      think.querySelector(".thought")!.append(text);
      if (follow) scrollToEnd();
    });
    source.addEventListener("reset", () => {
      prose.replaceChildren();
      article.querySelector(".thought")?.replaceChildren();
    });
    source.addEventListener("done", (event) => {
      source.close();
      const { html } = JSON.parse((event as MessageEvent<string>).data) as { html: string };
      this.finish(article, html);
    });
    source.addEventListener("error", () => {
      // Refused for good (signed out, deleted): the page knows more. A lost connection is taken up again by the browser.
      if (source.readyState === EventSource.CLOSED) location.reload();
    });
  }

  disconnectedCallback() {
    this.source?.close();
  }

  private finish(article: Element, html: string) {
    const follow = isAtEnd();
    const place = document.createElement("template");
    place.innerHTML = html;
    const finished = place.content.firstElementChild!;
    article.replaceWith(finished);
    enrich(finished);
    announce(finished);
    document.dispatchEvent(new CustomEvent("answer-done"));
    if (follow) scrollToEnd();
  }
}

/** A screen reader hears the finished answer once, not every delta. */
function announce(article: Element) {
  const place = document.createElement("div");
  place.className = "visually-hidden";
  place.setAttribute("role", "status");
  document.body.append(place);
  setTimeout(() => (place.textContent = article.querySelector(".prose, .card")?.textContent ?? ""), 100);
  setTimeout(() => place.remove(), 10_000);
}

const scroller = () => document.getElementById("scroll");

function isAtEnd() {
  const it = scroller();
  return !it || it.scrollHeight - it.scrollTop - it.clientHeight < 80;
}

/** At once: a frame later the reader may have gone up, and would be torn away. */
function scrollToEnd() {
  const it = scroller();
  it?.scrollTo({ top: it.scrollHeight });
}

customElements.define("answer-stream", AnswerStream);
