// Shows a choice of year and ministry: texts come ready from the page's data, charts are drawn by Vega.
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const drawn = new Map();
let turn = 0;
const choice = { year: "*", ministry: "*" };

const theme = () => document.documentElement.dataset.theme;
const keyOf = ([byYear, byMinistry]) => `${byYear ? choice.year : "*"}|${byMinistry ? choice.ministry : "*"}`;

function scopeOf([byYear, byMinistry]) {
  const wide = [];
  if (choice.year !== "*" && !byYear) wide.push("all years");
  if (choice.ministry !== "*" && !byMinistry) wide.push("all ministries");
  return wide.length ? `Of ${wide.join(" and ")}` : "";
}

function say(id, text) {
  const found = at(id);
  if (found) found.textContent = text;
}

function showCards() {
  for (const [key, card] of Object.entries(data.cards)) {
    const text = card.texts[keyOf(card.by)];
    say(`card-${key}`, text === undefined ? "no rows" : text);
    say(`scope-${key}`, scopeOf(card.by));
  }
}

function fill(id, rows) {
  const body = at(id);
  if (!body) return;
  body.replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    row.forEach((text, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      cell.textContent = text;
      line.append(cell);
    });
    return line;
  }));
}

function showTables() {
  for (const [key, table] of Object.entries(data.tables)) {
    const rows = table.rows[keyOf(table.by)] || [];
    fill(`rows-${key}`, rows.length ? rows : [["No rows of this choice."]]);
    say(`scope-${key}`, scopeOf(table.by));
  }
}

async function draw(key) {
  const holder = at(`chart-${key}`);
  const chosen = `${choice.year}|${choice.ministry}`;
  if (!holder || drawn.get(key) === chosen) return;
  drawn.set(key, chosen);
  const { spec: bare, names, labels, points } = data.charts[key];
  const spec = structuredClone(bare);
  spec.data.values = points.map(([member, year, ministry, value, text]) => (
    { member: names[member], label: labels[member], year: names[year], ministry: names[ministry], value, text }));
  if (holder.clientWidth < 420 && spec.layer) {
    spec.encoding.y.axis.labelLimit = 130;
    spec.padding.right = 88;
    spec.encoding.x.axis.tickCount = 2;
  }
  for (const param of spec.params) param.value = choice[param.name];
  const { view } = await vegaEmbed(holder, spec, {
    actions: false, logLevel: 1, renderer: "svg", config: data.theme, formatLocale: data.numbers,
  });
  const shown = view.data("data_0") || [];
  holder.classList.toggle("empty", shown.length === 0);
  fill(`rows-${key}`, shown.map((row) => [row.label, row.text]));
  const filter = spec.transform[0].filter;
  say(`scope-${key}`, scopeOf([filter.includes("datum.year == year"), filter.includes("datum.ministry == ministry")]));
}

// The page that is shown is drawn first, then the others: a printer waits for no picture.
async function drawAll() {
  const mine = ++turn;
  const isShown = (key) => at(`chart-${key}`)?.closest("section").classList.contains("shown");
  const keys = Object.keys(data.charts);
  for (const part of [keys.filter(isShown), keys.filter((key) => !isShown(key))]) {
    for (const key of part) {
      await draw(key);
      if (mine !== turn) return;
    }
    document.documentElement.dataset.drawn = location.hash || "#";
  }
  document.documentElement.dataset.drawn = "all";
}

function show() {
  showCards();
  showTables();
  return drawAll();
}

function open() {
  const key = location.hash.slice(1);
  const sections = [...document.querySelectorAll("main > section")];
  const chosen = sections.find((section) => section.id === key) || sections[0];
  sections.forEach((section) => section.classList.toggle("shown", section === chosen));
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.hash === `#${chosen.id}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "center" });
    } else link.removeAttribute("aria-current");
  });
  if (key === chosen.id) chosen.querySelector("h2").focus({ preventScroll: true });
  window.scrollTo(0, 0);
  return drawAll();
}

function paint(name) {
  document.documentElement.dataset.theme = name;
  at("theme").textContent = name === "dark" ? "Light" : "Dark";
  at("theme").setAttribute("aria-pressed", String(name === "dark"));
}

document.body.classList.add("paged");
const dark = matchMedia("(prefers-color-scheme: dark)");
paint(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => paint(dark.matches ? "dark" : "light"));
at("theme").addEventListener("click", () => paint(theme() === "dark" ? "light" : "dark"));
for (const name of ["year", "ministry"]) {
  at(name).addEventListener("change", (event) => {
    choice[name] = event.target.value;
    show();
    const chosen = ["year", "ministry"].map((each) => at(each).selectedOptions[0].textContent).join(", ");
    say("said", `Showing ${chosen}`);
  });
}
addEventListener("hashchange", open);
showCards();
showTables();
open();
