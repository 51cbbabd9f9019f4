// What the page can change of a player, each as one commit.

import { address, get, literal } from "./api.js";
import { edit } from "./edit.js";
import { parse, stringify, toBigInt } from "./exact.js";
import { t } from "./words.js";

// What is stored now, asked again so that the comparison is never of an old page.
async function now(table, where) {
  const params = Object.fromEntries(Object.entries(where).map(([name, value]) => [`where.${name}`, literal(String(value))]));
  const { rows } = await get(address(`tables/${table}`, { ...params, limit: 1 }));
  return rows[0];
}

const exact = (big) => parse(String(big));
const pretty = (value) => (value === undefined || value === null ? null : stringify(value, 2));

function money(user_id, key, title, label, verb, after, done) {
  edit({
    title,
    fields: [
      ...(key === null ? [{ name: "key", label: t("column.key"), kind: "text" }] : []),
      { name: "value", label, kind: "int" },
    ],
    done,
    async plan({ key: named = key, value }) {
      const row = await now("money", { user_id, key: named });
      const had = row ? toBigInt(row.value) : 0n;
      return {
        operations: [{ verb, user_id, key: named, value }],
        before: row ? `${named}: ${had}` : null,
        after: `${named}: ${after(had, toBigInt(value))}`,
      };
    },
  });
}

export function grant(user_id, key, done) {
  money(user_id, key, t("grant"), t("amount"), "money_add", (had, value) => had + value, done);
}

export function spend(user_id, key, done) {
  money(user_id, key, t("spend"), t("amount"), "money_cost", (had, value) => had - value, done);
}

export function setBalance(user_id, key, done) {
  money(user_id, key, t("set.balance"), t("balance"), "set_balance", (_had, value) => value, done);
}

export function setGeneral(user_id, row, done) {
  const { key } = row ?? {};
  edit({
    title: row ? t("edit.of", { key }) : t("add.general"),
    fields: [
      ...(row ? [] : [{ name: "key", label: t("column.key"), kind: "text" }]),
      { name: "fields", label: t("fields.general"), kind: "json", value: stringify(held(row) ?? { value: {} }, 2) },
    ],
    done,
    async plan({ key: named = key, fields }) {
      const found = await now("general", { user_id, key: named });
      return { operations: [{ verb: "set", user_id, key: named, ...fields }], before: pretty(held(found)), after: pretty({ ...held(found), ...fields }) };
    },
  });
}

function held(row) {
  if (!row) return null;
  return Object.fromEntries(["i_value", "s_value", "value"].filter((one) => row[one] !== null && row[one] !== undefined).map((one) => [one, row[one]]));
}

// One row of a table. `where` names it; `told` says what it holds.
function deleteRow(table, key, where, told, done) {
  edit({
    title: t("delete.key", { key }),
    fields: [],
    done,
    async plan() {
      const found = await now(table, where);
      if (!found) throw new Error(t("gone"));
      return { operations: [{ verb: "delete", table, ...where }], before: told(found), after: null };
    },
  });
}

export function deleteGeneral(user_id, { key }, done) {
  deleteRow("general", key, { user_id, key }, (row) => pretty(held(row)), done);
}

export function deleteMoney(user_id, key, done) {
  deleteRow("money", key, { user_id, key }, (row) => `${key}: ${row.value}`, done);
}

export function deleteCounter({ user_id, key }, done) {
  deleteRow("with_limit", key, { user_id, key }, (row) => `${key}: ${row.value} / ${row.limit}`, done);
}

export function deleteWorldData({ user_id, key, world_id }, done) {
  deleteRow("world_data", key, { user_id, key, world_id }, (row) => pretty(row.value), done);
}

export function deleteMessage({ object_id, key }, done) {
  deleteRow("message", key, { object_id }, (row) => `${row.key}\n${pretty(row.value)}`, done);
}

export function releaseName({ key, name }, done) {
  edit({
    title: t("release.of", { key: name }),
    fields: [],
    done,
    async plan() {
      const found = await now("name", { key, name });
      if (!found) throw new Error(t("gone"));
      return { operations: [{ verb: "release_name", key, name }], before: `${key}: ${name} → ${found.value}`, after: null };
    },
  });
}

export function addItem(user_id, key, done) {
  edit({
    title: t("add.item"),
    fields: [
      ...(key === null ? [{ name: "key", label: t("column.key"), kind: "text" }] : []),
      { name: "value", label: t("column.value"), kind: "json", value: "{}" },
    ],
    done,
    plan: ({ key: named = key, value }) => ({ operations: [{ verb: "list_add", user_id, key: named, value }], before: null, after: pretty(value) }),
  });
}

export function setItem(row, world, done) {
  edit({
    title: t("edit.of", { key: row.key }),
    fields: [{ name: "value", label: t("column.value"), kind: "json", value: stringify(row.value, 2) }],
    done,
    async plan({ value }) {
      const found = await now(world ? "world_list" : "list", { user_id: row.user_id, key: row.key, uuid: row.uuid });
      if (!found) throw new Error(t("gone"));
      return { operations: [{ verb: world ? "world_list_modify" : "list_modify", uuid: row.uuid, value }], before: pretty(found.value), after: pretty(value) };
    },
  });
}

export function deleteItem(row, world, done) {
  edit({
    title: t("delete.of", { key: row.key }),
    fields: [],
    done,
    plan: () => ({ operations: [{ verb: world ? "world_list_delete" : "list_delete", uuid: row.uuid }], before: pretty(row.value), after: null }),
  });
}

export function setWorldData(row, done) {
  edit({
    title: t("edit.of", { key: row.key }),
    fields: [{ name: "value", label: t("column.value"), kind: "json", value: stringify(row.value, 2) }],
    done,
    async plan({ value }) {
      const { user_id, key, world_id } = row;
      const found = await now("world_data", { user_id, key, world_id });
      return { operations: [{ verb: "world_data_set", user_id, key, world_id, value }], before: pretty(found?.value), after: pretty(value) };
    },
  });
}

export function resetCounter(row, done) {
  const { user_id, key } = row;
  edit({
    title: t("reset.of", { key }),
    fields: [],
    done,
    plan: () => ({ operations: [{ verb: "reset_limit", user_id, key }], before: `${key}: ${row.value}`, after: `${key}: 0` }),
  });
}

export function setProgress(player_id, node, done) {
  const { node_id, total } = node;
  edit({
    title: t("progress.of", { key: node_id }),
    fields: [{ name: "progress", label: t("column.progress"), kind: "int", value: total === null || total === undefined ? "" : String(total) }],
    done,
    async plan({ progress }) {
      const found = await now("achievement", { player_id, node_id });
      const most = total === null || total === undefined ? toBigInt(progress) : toBigInt(total);
      const next = toBigInt(progress) > most ? most : toBigInt(progress);
      return {
        operations: [{ verb: "set_progress", player_id, node_id, progress: exact(next) }],
        before: found ? `${node_id}: ${found.progress} / ${total}` : null,
        after: `${node_id}: ${next} / ${total}`,
      };
    },
  });
}

export function sendMail(target_user_id, done) {
  edit({
    title: t("send.mail"),
    fields: [
      ...(target_user_id === null ? [{ name: "target_user_id", label: t("column.target_user_id"), kind: "int" }] : []),
      { name: "key", label: t("column.key"), kind: "text", value: "mail" },
      { name: "src_user_id", label: t("column.src_user_id"), kind: "int", value: "0" },
      { name: "value", label: t("column.value"), kind: "json", value: '{"title": ""}' },
    ],
    done,
    plan: ({ target_user_id: target = target_user_id, key, src_user_id, value }) => ({
      operations: [{ verb: "message_send", target_user_id: target, key, src_user_id, value }],
      before: null,
      after: `${key} → ${target}\n${pretty(value)}`,
    }),
  });
}
