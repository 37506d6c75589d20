"use strict";
// Draws what the server says is shown, and tells it what is wished for. All text is put in as text.

const $ = (id) => document.getElementById(id);
const SIZES = [50, 67, 80, 100, 125, 150, 200, 300];
const CSS_PX_PER_PT = 96 / 72;
let said = null;
let zoom = 100;
let drawn = "";

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// --- what is wished for

function wish() {
  const options = {};
  for (const control of $("options").querySelectorAll("[data-option]")) {
    const value = control.type === "checkbox" ? String(control.checked) : control.value.trim();
    if (control.dataset.said || control.dataset.touched) options[control.dataset.option] = value;
    if (value === "") delete options[control.dataset.option];
  }
  const value = (id) => $(id).value.trim();
  return { variant: value("variant"), theme: value("theme"), as_of: value("as_of"), language: value("language"), options };
}

async function send(wanted) {
  const headers = { "Content-Type": "application/json" };
  try {
    await fetch("view", { method: "POST", headers, body: JSON.stringify(wanted) });
  } catch {
    status("failed", "cvbuild serve does not answer");
  }
}

$("view").addEventListener("submit", (event) => event.preventDefault());
$("view").addEventListener("change", (event) => {
  if (event.target.dataset.option) event.target.dataset.touched = "yes";
  const wanted = wish();
  // Options are the theme's: another theme has others.
  if (event.target.id === "theme") wanted.options = {};
  send(wanted);
});
$("reset").addEventListener("click", () => send({ variant: $("variant").value }));

// --- what is shown

function status(state, words) {
  $("status").dataset.state = state;
  if ($("status").textContent !== words) $("status").textContent = words;
}

function choose(id, choices, chosen) {
  const select = $(id);
  const known = choices.some(([value]) => value === chosen) ? choices : [...choices, [chosen, `${chosen} (not there)`]];
  const key = JSON.stringify([known, chosen]);
  if (select.dataset.key === key) return;
  select.dataset.key = key;
  select.replaceChildren(...known.map(([value, name]) => {
    const option = element("option", name);
    option.value = value;
    option.selected = value === chosen;
    return option;
  }));
}

function pickers() {
  const { choices, wish: wanted, document: shown } = said;
  const own = (value) => (value ? `${value} (default)` : "default");
  choose("variant", [["", "the default view"], ...choices.variants.map((name) => [name, name])], wanted.variant);
  choose("theme", [["", own(wanted.theme ? "" : shown?.theme)], ...choices.themes], wanted.theme);
  choose("language", [["", own(wanted.language ? "" : shown?.language)],
    ...choices.languages.map((name) => [name, name])], wanted.language);
  if (document.activeElement !== $("as_of")) $("as_of").value = wanted.as_of;
  $("as_of").placeholder = shown?.as_of || "";
  options(choices.options, wanted.options);
  $("command").textContent = said.command;
}

function options(known, wanted) {
  const box = $("options");
  const key = JSON.stringify([known, wanted]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  const focused = document.activeElement?.id;
  box.replaceChildren(...known.flatMap((option) => control(option, wanted[option.name])));
  if (focused && box.querySelector(`#${CSS.escape(focused)}`)) $(focused).focus();
  $("look").hidden = known.length === 0;
}

function control(option, wanted) {
  const id = `option-${option.name}`;
  const label = element("label", option.name);
  label.htmlFor = id;
  const made = document.createElement(option.type === "choice" ? "select" : "input");
  const value = wanted ?? option.value;
  if (option.type === "choice") {
    made.append(...option.values.map((each) => {
      const inner = element("option", each);
      inner.selected = each === value;
      return inner;
    }));
  } else if (option.type === "bool") {
    made.type = "checkbox";
    made.checked = value === "true";
  } else {
    made.value = value;
    made.autocomplete = "off";
    made.spellcheck = false;
  }
  made.id = id;
  made.dataset.option = option.name;
  if (wanted !== undefined) {
    made.dataset.said = "yes";
    made.classList.add("said");
  }
  const help = element("p", option.help, "help");
  help.id = `${id}-help`;
  made.setAttribute("aria-describedby", help.id);
  if (option.type !== "bool") return [label, made, help];
  label.className = "check";
  label.prepend(made);
  return [label, help];
}

function problem(found) {
  const item = element("li", undefined, found.severity);
  if (found.file) {
    const place = found.line ? `${found.file}:${found.line}:${found.column}` : found.file;
    item.append(element("div", place, "place"));
  }
  item.append(element("div", [found.where, found.message].filter(Boolean).join(": "), "message"));
  if (found.excerpt.length) {
    const lines = element("pre", undefined, "excerpt");
    lines.tabIndex = 0;
    lines.setAttribute("role", "group");
    lines.setAttribute("aria-label", `Lines ${found.excerpt[0][0]} to ${found.excerpt.at(-1)[0]}`);
    for (const [number, text] of found.excerpt) {
      const line = element("span", undefined, number === found.line ? "here" : "");
      line.append(element("span", String(number), "number"), text);
      lines.append(line);
    }
    item.append(lines);
  }
  if (found.hint) item.append(element("div", found.hint, "hint"));
  if (found.rule) item.append(element("div", `${found.severity}: ${found.rule}`, "rule"));
  return item;
}

function list(id, items) {
  $(id).hidden = items.length === 0;
  $(id).querySelector("ul").replaceChildren(...items);
}

function report() {
  list("problems", said.problems.map(problem));
  list("warnings", said.warnings.map(problem));
  list("budget", (said.fit || []).map((line) => element("li", line)));
  const found = said.findings;
  if (found === null) list("findings", said.document ? [element("li", "Looking …")] : []);
  else list("findings", found.length ? found.map(problem) : [element("li", "Nothing was found.")]);
  $("findings").hidden = said.state === "failed";
  $("findings").querySelector("summary").textContent = found?.length ? `Check: ${tallied(found)}` : "Check";
}

function tallied(found) {
  const counts = ["error", "warning", "note"].map((name) => [found.filter((f) => f.severity === name).length, name]);
  return counts.filter(([number]) => number).map(([number, name]) => counted(number, name)).join(", ");
}

// --- the pages

function size([width]) {
  const room = Math.max($("pages").clientWidth - parseFloat(getComputedStyle($("pages")).paddingLeft) * 2, 200);
  const whole = Math.min(width * CSS_PX_PER_PT, room);
  return Math.round(whole * zoom / 100);
}

function address(shown, index) {
  const width = size(shown.pages[index]);
  const pixels = Math.min(Math.max(Math.round(width * (window.devicePixelRatio || 1)), 100), 4000);
  return `${shown.digest}/${index + 1}-${pixels}.png`;
}

async function pages() {
  const shown = said.document;
  if (!shown) return;
  const key = JSON.stringify([shown.digest, zoom, window.devicePixelRatio, shown.pages.map(size)]);
  $("stale").hidden = said.state !== "failed";
  if (key === drawn) return texts();
  drawn = key;
  const pictures = shown.pages.map((page, index) => {
    const picture = new Image();
    const width = size(page);
    picture.width = width;
    picture.height = Math.round(width * page[1] / page[0]);
    picture.alt = `Page ${index + 1} of ${shown.pages.length}`;
    return picture;
  });
  const seen = visible(pictures.length);
  const others = pictures.map((_, index) => index).filter((index) => !seen.includes(index));
  // What is looked at comes first, and does not wait for the rest. Decoded before they are shown, nothing flickers; the
  // old pages stay until then, and the place that one reads stays after.
  for (const indices of [seen, others]) {
    await Promise.allSettled(indices.map((index) => {
      pictures[index].src = address(shown, index);
      return pictures[index].decode();
    }));
    if (key !== drawn) return;
    for (const index of indices) place(pictures[index], index);
    texts();
    while ($("sheets").children.length > pictures.length) $("sheets").lastChild.remove();
    $("sheets").dataset.digest = shown.digest;
  }
}

// The pages of `count` that are on the screen; the first where none is, or is drawn yet.
function visible(count) {
  const shown = [...$("sheets").children].slice(0, count).flatMap((figure, index) => {
    const { top, bottom } = figure.getBoundingClientRect();
    return top < window.innerHeight && bottom > 0 ? [index] : [];
  });
  return shown.length ? shown : [0];
}

function place(picture, index) {
  const figure = $("sheets").children[index];
  if (figure) {
    figure.querySelector("img").replaceWith(picture);
    return;
  }
  const made = element("figure");
  const caption = element("figcaption");
  const details = element("details");
  details.append(element("summary", `Text of page ${index + 1}`), element("pre"));
  caption.append(details);
  made.append(picture, caption);
  $("sheets").append(made);
}

// Of a new page the text comes later than its picture; that of the last one is none of it.
function texts() {
  const found = said.texts || [];
  [...$("sheets").children].forEach((figure, index) => {
    const pre = figure.querySelector("pre");
    const text = found[index] ?? "";
    if (pre.textContent !== text) pre.textContent = text;
  });
}

function resize(by) {
  zoom = SIZES[Math.min(Math.max(SIZES.indexOf(zoom) + by, 0), SIZES.length - 1)];
  $("zoom").textContent = `${zoom} %`;
  if (said) pages();
}

$("smaller").addEventListener("click", () => resize(-1));
$("larger").addEventListener("click", () => resize(1));
new ResizeObserver(() => said && pages()).observe($("pages"));

// Where there is little room, the pages come first.
const roomy = window.matchMedia("(min-width: 72rem)");
const narrow = window.matchMedia("(max-width: 46rem)");
function arrange() {
  $("findings").open = roomy.matches;
  for (const details of $("view").children) details.open = !narrow.matches;
}
roomy.addEventListener("change", arrange);
narrow.addEventListener("change", arrange);
arrange();

// --- all of it, on every change

function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function show() {
  const { document: shown, state, problems, seconds } = said;
  $("profile").textContent = said.profile;
  document.title = `${said.profile} – cvbuild`;
  if (state === "building") {
    status(state, "Building …");
  } else if (state === "failed") {
    status(state, `${counted(problems.length, "problem")}, ${shown ? "the last good pages are shown" : "no pages yet"}`);
  } else {
    status(state, `Up to date: ${counted(shown.pages.length, "page")}, built in ${seconds.toFixed(2)} s`);
  }
  if (shown) {
    $("count").textContent = `${counted(shown.pages.length, "page")} · ${shown.theme} by ${shown.engine} · ${shown.as_of}`;
    $("download").href = `${shown.digest}/cv.pdf`;
    $("download").download = shown.name;
    $("download").hidden = false;
  }
  if (state === "building") return;
  pickers();
  report();
  pages();
}

const events = new EventSource("events");
events.onmessage = (event) => {
  said = JSON.parse(event.data);
  show();
};
events.onerror = () => status("failed", "cvbuild serve has ended; start it again and open what it prints");
