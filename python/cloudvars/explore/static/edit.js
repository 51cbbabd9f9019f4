// A change of the store: a form, then what was and what will be, then the commit and its Reply.

import { commit } from "./api.js";
import { h, replace } from "./dom.js";
import { parse } from "./exact.js";
import { note } from "./notes.js";
import { t } from "./words.js";

// fields: [{name, label, value?, kind: "text" | "int" | "json"}]
// plan(values): {verb operations, before, after}, may be a promise; throws what is wrong with the values.
export function edit({ title, fields, plan, done }) {
  const dialog = h("dialog", { class: "edit", "aria-labelledby": "edit-title" });
  dialog.addEventListener("close", () => dialog.remove());
  const values = Object.fromEntries(fields.map((one) => [one.name, one.value ?? ""]));
  const heading = h("h2", { id: "edit-title" }, title);

  function form(problem) {
    const inputs = fields.map((one) => {
      const id = `edit-${one.name}`;
      const note_ = (event) => { values[one.name] = event.target.value; };
      const input = one.kind === "json"
        ? h("textarea", { id, name: one.name, rows: 10, spellcheck: "false", value: values[one.name], oninput: note_ })
        : h("input", { id, name: one.name, inputmode: one.kind === "int" ? "numeric" : null, autocomplete: "off", value: values[one.name], oninput: note_ });
      return h("p", {}, h("label", { for: id }, one.label), input);
    });
    const review = async (event) => {
      event.preventDefault();
      try {
        confirm(await plan(read(fields, values)));
      } catch (error) {
        form(error.message);
      }
    };
    replace(
      dialog,
      heading,
      h("form", { onsubmit: review }, inputs, problem ? h("p", { class: "problem", role: "alert" }, problem) : null,
        h("div", { class: "row end" }, cancel(), h("button", { class: "main" }, t("review")))),
    );
    const first = dialog.querySelector("input, textarea");
    first?.focus();
    if (first?.matches("input")) first.select();
  }

  function confirm({ operations, before, after }, problem) {
    const save = h("button", { type: "button", class: "main save", onclick: () => store(operations, before, after) }, t("save"));
    const back = h("button", { type: "button", onclick: () => (fields.length ? form() : dialog.close()) }, t("back"));
    replace(
      dialog,
      heading,
      h("div", { class: "compare" }, side(t("before"), before, "old"), side(t("after"), after, "new")),
      problem ? h("p", { class: "problem", role: "alert" }, problem) : h("p", { class: "quiet" }, t("confirm")),
      h("div", { class: "row end" }, back, save),
    );
    back.focus();
  }

  async function store(operations, before, after) {
    try {
      const reply = await commit(operations);
      if (reply.error_code !== 0) {
        confirm({ operations, before, after }, t("refused", { code: reply.error_code, message: reply.err_msg }));
        return;
      }
      note(t("saved"));
      dialog.close();
      done?.();
    } catch (error) {
      confirm({ operations, before, after }, error.message);
    }
  }

  const cancel = () => h("button", { type: "button", onclick: () => dialog.close() }, t("cancel"));
  document.body.append(dialog);
  dialog.showModal();
  if (fields.length) form();
  else Promise.resolve(plan({})).then((planned) => confirm(planned), (error) => { note(error.message, "bad"); dialog.close(); });
}

function side(label, text, kind) {
  return h("section", { class: kind }, h("h3", {}, label), h("pre", { tabindex: "0", "aria-label": label }, text === null ? t("nothing") : text));
}

function read(fields, values) {
  return Object.fromEntries(fields.map(({ name, kind, label }) => {
    const text = values[name].trim();
    if (kind === "int") {
      if (!/^-?\d+$/.test(text)) throw new Error(t("bad.int", { label }));
      return [name, parse(text)];
    }
    if (kind === "json") {
      try {
        return [name, parse(text)];
      } catch (error) {
        throw new Error(t("bad.json", { label, why: error.message }));
      }
    }
    if (kind === "text" && text === "") throw new Error(t("bad.empty", { label }));
    return [name, values[name]];
  }));
}
