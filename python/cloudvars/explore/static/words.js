// The words of the page, in the chosen language.

const LANGUAGES = ["en", "zh"];
let strings = { en: {}, zh: {} };
let language = "en";

export async function load(given) {
  strings = await (await fetch("/static/strings.json")).json();
  const chosen = localStorage.getItem("cloudvars.language");
  const guessed = navigator.languages.some((one) => /^zh\b/i.test(one)) && /^zh\b/i.test(navigator.language);
  set(LANGUAGES.includes(chosen) ? chosen : given ?? (guessed ? "zh" : "en"));
}

function set(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
}

export function choose(chosen) {
  localStorage.setItem("cloudvars.language", chosen);
  set(chosen);
}

export function current() {
  return language;
}

export function t(name, values = {}) {
  const text = strings[language][name] ?? strings.en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
}

const locale = () => (language === "zh" ? "zh-CN" : "en");

export function number(value) {
  const text = String(value);
  return /^-?\d+$/.test(text) ? BigInt(text).toLocaleString(locale()) : Number(text).toLocaleString(locale());
}

export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = Number(count);
  let at = 0;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${size.toLocaleString(locale(), { maximumFractionDigits: at ? 1 : 0 })} ${units[at]}`;
}

// In the time zone of the reader.
export function when(iso) {
  const at = new Date(iso);
  const two = (part) => String(part).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

// How long ago, or in how long.
export function relative(iso) {
  const seconds = (new Date(iso) - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const steps = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];
  let size = seconds;
  for (const [unit, most] of steps) {
    if (Math.abs(size) < most) return format.format(Math.round(size), unit);
    size /= most;
  }
  return when(iso);
}
