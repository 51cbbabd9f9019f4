// Requests to the server of this page.

import { parse, stringify } from "./exact.js";

export class ApiError extends Error {}

let game = null;
export const tags = new Map();

export function setGame(name) {
  game = name;
}

// The address of an answer; `params` is what the answer is asked for, an array stands for several values.
export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null && one !== "") query.append(name, one);
  }
  if (game) query.append("game", game);
  const text = query.toString();
  return `/api/${path}${text ? `?${text}` : ""}`;
}

// A text in a filter that means the text: null alone means nothing, and JSON writes a text in quotes.
export function literal(text) {
  return text === "null" || /^".*"$/s.test(text) ? stringify(text) : text;
}

export async function get(url) {
  const answer = await fetch(url);
  const told = await read(answer);
  tags.set(url, (answer.headers.get("etag") ?? "").replaceAll('"', ""));
  return told;
}

export async function commit(operations) {
  const body = stringify(operations);
  const headers = { "content-type": "application/json" };
  return read(await fetch(address("commit"), { method: "POST", headers, body }));
}

async function read(answer) {
  let told;
  try {
    told = parse(await answer.text());
  } catch {
    throw new ApiError(`HTTP ${answer.status}`);
  }
  if (!answer.ok) throw new ApiError(told?.error ?? `HTTP ${answer.status}`);
  return told;
}
