// SPDX-License-Identifier: Apache-2.0
// Opens pages in headless Chromium. Reads JSON from standard input: {chromium, jobs: [{name, url, width, scheme, picture}]};
// writes a JSON list of what was seen: requests, messages, overflow, violations of axe-core, what the Tab key reaches first.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { chromium: executablePath, jobs } = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
const browser = await chromium.launch({ executablePath, args });
const seen = [];
for (const job of jobs) {
  const phone = job.width < 600;
  const context = await browser.newContext({
    viewport: { width: job.width, height: phone ? 844 : 900 },
    deviceScaleFactor: phone ? 2 : 1,
    colorScheme: job.scheme,
  });
  const page = await context.newPage();
  const found = { name: job.name, requests: [], messages: [], failed: [] };
  page.on("request", (request) => found.requests.push(request.url()));
  page.on("requestfailed", (request) => found.failed.push(request.url()));
  page.on("console", (message) => found.messages.push(message.text()));
  page.on("pageerror", (error) => found.messages.push(String(error)));
  await page.goto(job.url, { waitUntil: "networkidle" });
  if (job.picture) await page.screenshot({ path: job.picture, fullPage: true });
  found.overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  found.styled = await page.evaluate(() => getComputedStyle(document.querySelector("h1")).fontFamily);
  await page.keyboard.press("Tab");
  found.first = await page.evaluate(() => document.activeElement.className);
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, { preload: false }));
  found.violations = result.violations.map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`);
  found.passes = result.passes.length;
  seen.push(found);
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(seen));
