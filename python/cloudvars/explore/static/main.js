// The page: its head, its views, and which of them the address shows.

import { get, setGame } from "./api.js";
import { append, h, replace } from "./dom.js";
import { state as liveState, watch } from "./live.js";
import { note } from "./notes.js";
import * as words from "./words.js";
import { t } from "./words.js";
import achievements from "./achievements.js";
import economy from "./economy.js";
import messages from "./messages.js";
import overview from "./overview.js";
import player from "./player.js";
import sql from "./sql.js";
import tables from "./tables.js";

const VIEWS = { player, tables, achievements, economy, messages, sql, overview };
const main = document.getElementById("main");
const top_ = document.getElementById("top");
let start = {};
let turn = 0;

// The address behind "#": "/tables/money?sort=-value".
function route() {
  const [path, query = ""] = location.hash.slice(1).split("?", 2);
  const [, name = "", ...rest] = path.split("/").map(decodeURIComponent);
  return { name: VIEWS[name] ? name : "player", rest, params: new URLSearchParams(query) };
}

async function show({ keep = false } = {}) {
  turn += 1;
  const mine = turn;
  const { name, rest, params } = route();
  for (const link of top_.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${t(`view.${name}`)} · cloudvars`;
  watch([], () => {});
  if (!keep) replace(main, h("p", { class: "quiet loading" }, t("loading")));
  const context = {
    write: start.write,
    start,
    rest,
    params,
    // Shows these elements, and tells when one of the answers has changed.
    put(elements, watched, whenChanged) {
      if (mine !== turn) return false;
      const held = focused();
      replace(main, h("h1", { class: "unseen" }, t(`view.${name}`)), elements);
      held?.()?.focus({ preventScroll: true });
      if (watched) watch(watched, whenChanged);
      return true;
    },
    isShown: () => mine === turn,
    watch: (urls, whenChanged) => mine === turn && watch(urls, whenChanged),
    again: () => mine === turn && show({ keep: true }),
  };
  try {
    await VIEWS[name](context);
  } catch (error) {
    if (mine === turn) replace(main, h("h1", { class: "unseen" }, t(`view.${name}`)), h("p", { class: "problem", role: "alert" }, error.message));
  }
}

// How to find what has the focus when the view was drawn anew.
function focused() {
  const one = document.activeElement;
  if (!one || !main.contains(one)) return null;
  const same = (other) => other.textContent === one.textContent && other.getAttribute("aria-label") === one.getAttribute("aria-label");
  return () => (one.id ? document.getElementById(one.id) : [...main.querySelectorAll(one.tagName)].find(same));
}

function head() {
  const live = h("span", { class: "live", role: "img", "aria-label": t("live.off"), title: t("live.off") });
  liveState.addEventListener("live", ({ detail }) => {
    live.classList.toggle("on", detail);
    for (const name of ["aria-label", "title"]) live.setAttribute(name, t(detail ? "live.on" : "live.off"));
  });
  const language = h("button", { type: "button", class: "quiet", id: "language", lang: words.current() === "zh" ? "en" : "zh-CN", onclick: other }, words.current() === "zh" ? "English" : "中文");
  const theme = h("button", { type: "button", class: "quiet", id: "theme", "aria-label": t("theme"), title: t("theme"), onclick: turnTheme }, "◐");
  const games = h(
    "select",
    { "aria-label": t("game"), onchange: (event) => { setGame(event.target.value); show(); } },
    start.games.map((one) => h("option", { value: one, selected: one === start.game }, one)),
  );
  replace(
    top_,
    h("a", { class: "brand", href: "#/player" }, h("span", { class: "word" }, "cloudvars"), h("span", { class: "target", title: start.target }, start.target.split("/").at(-1))),
    h("nav", { "aria-label": t("views") }, Object.keys(VIEWS).map((name) => h("a", { href: `#/${name}`, "data-view": name }, t(`view.${name}`)))),
    h("div", { class: "tools" }, live, start.write ? h("span", { class: "badge warm" }, t("writable")) : h("span", { class: "badge" }, t("readonly")), start.games.length > 1 ? games : null, language, theme),
  );
}

function other() {
  words.choose(words.current() === "zh" ? "en" : "zh");
  head();
  show({ keep: true });
  document.getElementById("language").focus();
}

function turnTheme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(dark ? "light" : "dark");
  localStorage.setItem("cloudvars.theme", dark ? "light" : "dark");
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

addEventListener("hashchange", () => show());
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select, dialog")) return;
  const first = main.querySelector("input[type=search], thead input");
  event.preventDefault();
  if (first) first.focus();
  else location.hash = "#/player";
});

setTheme(localStorage.getItem("cloudvars.theme"));
try {
  start = await get("/api/start");
  await words.load(start.lang);
  setGame(null);
  head();
  await show();
} catch (error) {
  append(main, [h("p", { class: "problem", role: "alert" }, error.message)]);
  note(error.message, "bad");
}
