// Tells a view which of its answers have changed, while the page is seen.

import { tags } from "./api.js";

let source = null;
let wanted = null;
let changed = () => {};
export const state = new EventTarget();

export function watch(urls, whenChanged) {
  wanted = urls.length ? urls : null;
  changed = whenChanged;
  connect();
}

function connect() {
  source?.close();
  source = null;
  if (!wanted || document.hidden) return;
  const query = new URLSearchParams();
  for (const url of wanted) {
    query.append("watch", url);
    query.append("tag", tags.get(url) ?? "");
  }
  source = new EventSource(`/api/events?${query}`);
  source.addEventListener("changed", (event) => changed(event.data));
  source.addEventListener("open", () => tell(true));
  source.addEventListener("error", () => tell(false));
}

function tell(live) {
  state.dispatchEvent(new CustomEvent("live", { detail: live }));
}

document.addEventListener("visibilitychange", connect);
addEventListener("pagehide", () => source?.close());
