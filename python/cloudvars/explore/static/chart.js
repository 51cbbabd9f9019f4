// Small charts of our own: bars that lie, bars that stand. A table of the same numbers is in their label.

import { h, svg } from "./dom.js";
import { number } from "./words.js";

const SLOTS = 30;

// rows: [label, number, tooltip?]
export function lying(rows, label) {
  const most = Math.max(1, ...rows.map(([, value]) => Number(value)));
  return h(
    "table",
    { class: "bars" },
    h("caption", { class: "unseen" }, label),
    h("tbody", {}, rows.map(([name, value, more]) =>
      h("tr", { title: more },
        h("th", { scope: "row" }, name),
        h("td", { class: "bar" }, meter(Number(value) / most)),
        h("td", { class: "figure" }, number(value))),
    )),
  );
}

export function meter(part, kind = "") {
  const width = Math.max(0, Math.min(1, part)) * 100;
  return svg(
    "svg",
    { class: `meter ${kind}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "ground", width: 100, height: 8 }),
    svg("rect", { class: "part", width: part > 0 ? Math.max(width, 0.7) : 0, height: 8 }),
  );
}

// points: [label, number]
export function standing(points, label) {
  const most = Math.max(1, ...points.map(([, value]) => Number(value)));
  const width = 640;
  const height = 140;
  const step = width / Math.max(points.length, SLOTS);
  const bars = points.map(([name, value], at) => {
    const tall = (Number(value) / most) * (height - 24);
    return svg(
      "rect",
      { class: "part", x: at * step + 1, y: height - 18 - tall, width: Math.max(step - 2, 1), height: Math.max(tall, value > 0 ? 1 : 0) },
      svg("title", {}, `${name}: ${number(value)}`),
    );
  });
  const first = points[0]?.[0] ?? "";
  const last = points.length > 1 ? points.at(-1)[0] : "";
  const said = `${label}: ${points.slice(-12).map(([name, value]) => `${name} ${value}`).join(", ")}`;
  return h(
    "figure",
    { class: "standing" },
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said },
      svg("line", { class: "axis", x1: 0, x2: width, y1: height - 17, y2: height - 17 }),
      bars,
    ),
    h("figcaption", {}, h("span", {}, first), h("span", {}, last)),
  );
}
