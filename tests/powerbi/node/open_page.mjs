// Opens an HTML file in headless Chromium as people would: every page, wide and narrow, light and dark, then a choice.
// Prints what went wrong: errors, requests outside the file, figures that are not drawn or that do not follow a choice,
// what axe-core finds against WCAG 2.2 AA, and pages that are lost or cut where it is printed.
import chromium from "@sparticuz/chromium";
import axe from "axe-core";
import puppeteer from "puppeteer-core";

const [file, shots] = process.argv.slice(2);
const faults = [];
const browser = await puppeteer.launch({
  args: chromium.args, executablePath: await chromium.executablePath(), headless: "shell",
});

async function opened(width, scheme) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (line) => { if (line.type() === "error") faults.push(`console: ${line.text()}`); });
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(`file://${file}`);
  return page;
}

async function shown(page, key) {
  await page.evaluate((hash) => { location.hash = hash; }, key);
  await page.waitForFunction((hash) => [`#${hash}`, "all"].includes(document.documentElement.dataset.drawn), { timeout: 60000 }, key);
}

async function checked(page, key, scheme) {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const { violations } = await page.evaluate((part) => globalThis.axe.run(part ?? document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }), key === "overview" ? null : `#${key}`);
  for (const { id, help, nodes } of violations) faults.push(`${key} ${scheme}: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
}

for (const scheme of ["light", "dark"]) {
  for (const [size, width] of [["desktop", 1280], ["narrow", 390]]) {
    const page = await opened(width, scheme);
    for (const key of await page.$$eval("main > section", (sections) => sections.map((each) => each.id))) {
      await shown(page, key);
      const state = await page.evaluate((id) => ({
        pictures: [...document.querySelectorAll(`#${id} .picture:not(.empty)`)].map((each) => each.querySelectorAll("svg").length),
        others: [...document.querySelectorAll("main > section.shown")].length,
        overflow: document.documentElement.scrollWidth - innerWidth,
      }), key);
      if (state.pictures.some((count) => count !== 1)) faults.push(`${key}: a picture is not drawn`);
      if (state.others !== 1) faults.push(`${key}: ${state.others} pages at once`);
      if (state.overflow > 0) faults.push(`${key} ${size}: ${state.overflow} pixels wider than the screen`);
      if (size === "desktop") await checked(page, key, scheme);
      if (shots) await page.screenshot({ path: `${shots}/${key}-${size}-${scheme}.png`, fullPage: true });
    }
    await page.close();
  }
}

const page = await opened(1280, "light");
await shown(page, "overview");
const all = await page.$eval("#card-overview-net_gmv", (card) => card.textContent);
const years = await page.$$eval("#year option", (options) => options.map((each) => each.value));
await page.select("#year", years[1]);
const chosen = await page.$eval("#card-overview-net_gmv", (card) => card.textContent);
if (years.length > 2 && chosen === all) faults.push("a choice of year changes nothing");
await page.keyboard.press("Tab");
const focused = await page.evaluate(() => document.activeElement?.tagName);
if (!["SELECT", "A", "BUTTON", "DIV"].includes(focused)) faults.push(`Tab leads to ${focused}`);
// A4 across, without its margins.
const paper = await opened(1030, "dark");
const count = await paper.$$eval("main > section", (sections) => sections.length);
await paper.waitForFunction(() => document.documentElement.dataset.drawn === "all", { timeout: 60000 });
await paper.emulateMediaType("print");
const printed = await paper.evaluate(() => ({
  sections: [...document.querySelectorAll("main > section")].filter((each) => each.offsetHeight > 50).length,
  undrawn: [...document.querySelectorAll(".picture:not(.empty)")].filter((each) => !each.querySelector("svg")).length,
  cut: [...document.querySelectorAll(".scroll")].filter((each) => each.scrollWidth > each.clientWidth + 1).length,
  ink: getComputedStyle(document.querySelector("h1")).color,
}));
if (printed.sections !== count) faults.push(`print: ${printed.sections} of ${count} pages`);
if (printed.undrawn) faults.push(`print: ${printed.undrawn} pictures are not drawn`);
if (printed.cut) faults.push(`print: ${printed.cut} tables are cut`);
if (printed.ink !== "rgb(26, 26, 46)") faults.push(`print: the ink is ${printed.ink}`);
if (shots) await paper.pdf({ path: `${shots}/report.pdf`, preferCSSPageSize: true });
if (shots) await paper.screenshot({ path: `${shots}/print.png`, fullPage: true });
console.log(JSON.stringify(faults));
await browser.close();
