// Rules: the versions and which is in force; other rules, what they would change, and the button that activates them.

import { activate, rollback } from "./acts.js";
import { act, get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { shopTime } from "./frame.js";
import { trial } from "./trial.js";
import { ago, clock } from "./words.js";

const last = 1000; // orders that are made again
const editor = one("#text");
let active = 0;
let opened = { version: 0, text: "" }; // the version that is in the editor, if it is one

async function look() {
  try {
    const listed = await get("/rules");
    active = listed.active;
    const since = listed.activations[0];
    settle(one("#force"), listed, () => [make("b", {}, `Version ${active}`), ` is in force, since ${clock(since.at)} (${ago(since.at, shopTime())}), by ${since.author}.`]);
    one("#back").hidden = listed.activations.length < 2;
    settle(one("#versions"), listed, () => listed.versions.map(row));
  } catch (error) {
    unknown(one("#force"), error);
  }
}

function row({ version, author, note, createdAt }) {
  return make("li", { class: "card version" },
    make("p", { class: "head" }, make("b", {}, `Version ${version}`), version === active && make("span", { class: "chip done" }, "in force"),
      make("span", { class: "fine" }, `by ${author}, ${clock(createdAt)}`)),
    note && make("p", {}, note),
    make("p", { class: "acts" }, make("button", { class: "button quiet", type: "button", onclick: () => open(version) }, `Open version ${version}`)));
}

/** open puts a version into the editor. */
async function open(version) {
  try {
    const { text } = await get(`/rules/versions/${version}`);
    opened = { version, text };
    fill(text);
    complain(null);
    editor.focus();
    editor.setSelectionRange(0, 0);
    editor.scrollIntoView({ block: "center" });
  } catch (error) {
    complain(error);
  }
}

function fill(text) {
  editor.value = text;
  forget();
}

/** forget takes back what was said of another text. */
function forget() {
  one("#wrong").hidden = true;
  one("#trial").replaceChildren();
}

/** wished is what the editor holds: a version that was not changed, or a text. */
const wished = () => (opened.version && opened.text === editor.value ? { version: opened.version } : { text: editor.value });

async function ask() {
  forget();
  const wish = wished();
  try {
    const found = await act("/rules/try", { ...wish, last });
    complain(null);
    one("#trial").replaceChildren(...warned(found.warnings), ...trial(found), make("p", { class: "acts" },
      make("button", { class: "button", type: "button", disabled: wish.version === active, onclick: () => turn(activate(wish, active)) },
        wish.version === active ? "In force already" : wish.version ? `Activate version ${wish.version}` : "Activate these rules")));
  } catch (error) {
    if (error.status === 400 && error.errors.length > 0) wrong(error.errors);
    else complain(error);
  }
}

/** wrong lists what is wrong; a press on a line leads to it. */
function wrong(errors) {
  const place = one("#wrong");
  place.replaceChildren(make("p", {}, make("b", {}, "These are no rules that the shop can go by. Nothing was changed.")), make("ul", {}, ...errors.map(({ detail }) => make("li", {}, ...told(detail)))));
  place.hidden = false;
}

/** warned lists what is valid and may not be meant. */
const warned = (warnings = []) => (warnings.length === 0 ? [] : [make("p", {}, make("b", {}, "These rules are valid. Is this what you mean?")),
  make("ul", { class: "warnings" }, ...warnings.map((text) => make("li", {}, ...told(text.replace(/^rules: /, "")))))]);

function told(detail) {
  const line = /^(?:line (\d+):|\[(\d+):\d+\]) /.exec(detail);
  if (!line) return [detail];
  const number = line[1] ?? line[2];
  const [what, ...shown] = detail.slice(line[0].length).split("\n");
  return [make("button", { class: "link", type: "button", onclick: () => go(Number(number)) }, `Line ${number}`), ` ${what}`, shown.length > 0 && make("pre", {}, shown.join("\n"))];
}

/** go selects a line. */
function go(number) {
  const lines = editor.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, text) => sum + text.length + 1, 0);
  editor.focus();
  editor.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  editor.scrollTop = editor.scrollHeight * Math.max(0, number - 4) / lines.length;
}

async function turn(done) {
  if (await done) {
    forget();
    opened = { version: 0, text: "" };
    one("#force").scrollIntoView({ block: "center" });
  }
  await look();
}

one("#other").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
editor.addEventListener("input", forget);
one("#file").addEventListener("change", async ({ target }) => { if (target.files[0]) fill(await target.files[0].text()); });
one("#back").addEventListener("click", () => turn(rollback(active)));
await look();
