// SPDX-License-Identifier: Apache-2.0
// Uses the search of the list of meetings by keyboard in headless Chromium. Reads JSON from standard input:
// {chromium, jobs: [{name, url, width, script, blocked, steps: [{at, type, select, press}]}]}; writes what each page then shows.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { chromium: executablePath, jobs } = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const seen = [];
for (const job of jobs) {
  const context = await browser.newContext({ viewport: { width: job.width, height: 900 }, javaScriptEnabled: job.script });
  const page = await context.newPage();
  const found = { name: job.name, requests: [], messages: [] };
  page.on("request", (request) => found.requests.push(request.url()));
  page.on("console", (message) => found.messages.push(message.text()));
  page.on("pageerror", (error) => found.messages.push(String(error)));
  for (const path of job.blocked ?? []) await page.route(path, (route) => route.abort());
  await page.goto(job.url, { waitUntil: "networkidle" });
  for (const step of job.steps ?? []) {
    if (step.type !== undefined) await page.locator(step.at).pressSequentially(step.type);
    if (step.select !== undefined) await page.locator(step.at).selectOption(step.select);
    if (step.press !== undefined) await page.locator(step.at).press(step.press);
    await page.waitForTimeout(400);
  }
  await page.waitForLoadState("networkidle");
  const texts = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => one.textContent.replace(/\s+/g, "")));
  found.rows = await texts("#found > li");
  found.links = await page.locator("#found > li a").evaluateAll((all) => all.map((one) => one.href));
  found.lists = await texts("#plain ol.meetings > li");
  found.visible = {};
  for (const id of ["search", "found", "more", "plain"]) found.visible[id] = await page.locator(`#${id}`).isVisible();
  found.count = (await page.locator("#count").textContent()).trim();
  found.hash = new URL(page.url()).hash;
  if (job.script) {
    found.focus = await page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run(document, { preload: false }));
    found.violations = result.violations.map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`);
  }
  seen.push(found);
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(seen));
