// What a reader of the screen, or of pale colours, would miss. Returns sentences; none is good.
() => {
  const wrong = [];
  const say = (element, what) => wrong.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
  const all = (query) => [...document.querySelectorAll(query)].filter(seen);
  const textOf = (id) => document.getElementById(id)?.textContent ?? "";
  const name = (element) => (
    element.getAttribute("aria-label")
    || (element.getAttribute("aria-labelledby") ?? "").split(" ").map(textOf).join("")
    || [...(element.labels ?? [])].map((label) => label.textContent).join("")
    || (element.matches("input, select, textarea, dialog") ? "" : element.textContent)
  ).trim();

  if (!document.documentElement.lang) wrong.push("the page has no language");
  if (!document.title) wrong.push("the page has no title");
  if (all("main").length !== 1) wrong.push("there is not one main");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("there is not one h1");
  for (const element of all("a[href], button, summary, input, select, textarea, dialog[open], nav, [role=region], [role=img]")) {
    if (!name(element)) say(element, "without a name");
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((one, at) => ids.indexOf(one) !== at)) wrong.push(`the id ${id} is there twice`);
  for (const element of all("[tabindex]")) if (Number(element.getAttribute("tabindex")) > 0) say(element, "a tabindex of its own");
  for (const table of all("table")) if (!table.caption) say(table, "a table without a caption");
  for (const th of all("th")) if (!th.scope) say(th, "a head without a scope");
  for (const img of all("img")) if (!img.hasAttribute("alt")) say(img, "a picture without a text");
  for (const list of document.querySelectorAll("ul, ol")) {
    for (const child of list.children) if (child.tagName !== "LI") say(child, "not an item of a list");
  }
  for (const element of all("*")) {
    const style = getComputedStyle(element);
    const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY)
      && (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1);
    const held = element.tabIndex >= 0 || element.querySelector("a[href], button, input, select, textarea, summary");
    if (scrolls && !held) say(element, "scrolls and takes no focus");
  }

  // Contrast, as WCAG 2.2 counts it: 4.5, or 3 for large text.
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], ground) => [r, g, b].map((part, at) => part * a + ground[at] * (1 - a));
  const light = (color) => {
    const [r, g, b] = color.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const above = [];
    for (let one = element; one; one = one.parentElement) above.push(rgba(getComputedStyle(one).backgroundColor));
    return above.reverse().reduce((below, color) => over(color, below), rgba("Canvas").slice(0, 3));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element) || element.closest("svg, .unseen, [disabled]")) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const front = over(rgba(style.color), below);
    const [a, b] = [light(front), light(below)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) say(element, `contrast ${ratio.toFixed(2)}`);
  }
  return [...new Set(wrong)].slice(0, 20);
}
