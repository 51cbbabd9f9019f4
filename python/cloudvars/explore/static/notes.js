// Short sentences that go away by themselves, read aloud by screen readers.

import { h } from "./dom.js";

export function note(text, kind = "fine") {
  const shown = h("p", { class: `note ${kind}` }, text);
  document.getElementById("notes").append(shown);
  setTimeout(() => shown.remove(), kind === "bad" ? 9000 : 4000);
}
