// SPDX-License-Identifier: Apache-2.0
// The search of meetings/index.html: filters in the browser what the files below search/ hold. Nothing is sent anywhere.
"use strict";
(() => {
  const form = document.getElementById("search");
  if (!form) return;
  const [count, found, more, plain] = ["count", "found", "more", "plain"].map((id) => document.getElementById(id));
  const words = JSON.parse(form.dataset.words);
  const shards = JSON.parse(form.dataset.shards).map(([path, month, size]) => ({ path, month, size }));
  const STEP = 100;
  const AT_ONCE = 6;
  const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? fields[name] : whole));
  const digits = (value, most) =>
    value.toLocaleString("en", { maximumFractionDigits: most, roundingMode: "halfEven" });
  const hours = (seconds) => digits(seconds / 3600, seconds >= 360000 ? 0 : seconds >= 36000 ? 1 : 2);
  const worked = (seconds) => {
    const said = hours(seconds);
    return fill(said === "1" ? words.hour : words.hours, { hours: said });
  };
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  let asked = 0;
  let hits = [];
  let shown = 0;

  globalThis.meetcostIndex = (index) => {
    const shard = shards.find((one) => one.path === index.path);
    if (!shard) return;
    const said = index.titles.map(folded);
    shard.rows = index.rows.map((row) => ({
      id: row[0], title: index.titles[row[1]], said: said[row[1]], unit: index.units[row[2]], kind: index.kinds[row[3]],
      times: row[4], day: row[5], begin: row[6], end: row[7], low: row[8], high: row[9], seconds: row[10], minor: row[11],
      withheld: row[12],
    }));
  };

  const load = (shard) => {
    shard.loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = form.dataset.root + shard.path;
      script.onload = () => (shard.rows ? resolve() : reject(new Error(shard.path)));
      script.onerror = () => {
        shard.loading = undefined;
        reject(new Error(shard.path));
      };
      document.head.append(script);
    });
    return shard.loading;
  };

  const day = (ordinal, pattern) => {
    const date = new Date(ordinal * 864e5);
    return fill(pattern, {
      weekday: words.weekdays[(date.getUTCDay() + 6) % 7],
      day: date.getUTCDate(),
      month: words.months[date.getUTCMonth()],
      year: date.getUTCFullYear(),
    });
  };
  const two = (value) => String(value).padStart(2, "0");
  const clock = (second) => `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}`;
  const when = (row) => {
    if (row.times > 1) return fill(words.times, { count: row.times });
    if (row.begin < 0) {
      if (row.end === 1) return fill(words.allDay, { day: day(row.day, words.day) });
      const days = `${day(row.day, words.dayOnly)} – ${day(row.day + row.end - 1, words.day)}`;
      return fill(words.days, { days, count: row.end });
    }
    const first = `${day(row.day, words.day)} ${clock(row.begin)}`;
    if (row.end === row.begin) return first;
    const later = Math.floor(row.end / 86400);
    if (!later) return `${first}–${clock(row.end)}`;
    return `${first} – ${day(row.day + later, words.dayOnly)} ${clock(row.end % 86400)}`;
  };
  const people = (row) => {
    if (row.low !== row.high) return fill(words.range, { low: row.low, high: row.high });
    return fill(row.low === 1 ? words.person : words.people, { count: row.low });
  };
  const money = (minor) =>
    minor === null || !words.money ? "" : fill(words.money, { amount: digits(minor / 10 ** words.digits, 0) });

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const item = (row) => {
    const link = element("a");
    link.href = `../m/${row.id}.html`;
    link.append(element("bdi", row.withheld ? words.withheld : row.title || words.noTitle));
    const line = element("p");
    line.append(element("bdi", row.unit || words.noUnit), ` · ${when(row)} · ${people(row)}`);
    const what = element("div", undefined, "what");
    what.append(link, line);
    const cost = element("div", undefined, "cost");
    cost.append(element("strong", worked(row.seconds)));
    if (words.money) cost.append(element("span", money(row.minor)));
    const made = element("li");
    made.append(what, cost);
    return made;
  };
  const show = (from) => {
    const part = hits.slice(from, from + STEP).map(item);
    if (from) found.append(...part);
    else found.replaceChildren(...part);
    shown = from + part.length;
    found.hidden = !hits.length;
    more.hidden = shown >= hits.length;
    return part[0];
  };

  const wanted = () => {
    const said = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
    return Object.keys(said).length ? said : null;
  };
  const fits = (said) => {
    const parts = folded(said.q || "").split(/\s+/).filter(Boolean);
    const [low, high] = (said.cost || "-").split("-").map(Number);
    return (row) =>
      parts.every((part) => row.said.includes(part)) &&
      (said.unit === undefined || said.unit === `=${row.unit}`) &&
      (said.kind === undefined || said.kind === `=${row.kind}`) &&
      (said.cost === undefined || (row.seconds >= low && (!high || row.seconds < high)));
  };

  const ask = async () => {
    const mine = ++asked;
    const said = wanted();
    try {
      history.replaceState(null, "", said ? `#${new URLSearchParams(said)}` : location.pathname + location.search);
    } catch {
      // a page from a disk may not change its address
    }
    plain.hidden = Boolean(said);
    if (!said) {
      hits = [];
      show(0);
      count.textContent = "";
      return;
    }
    const needed = shards.filter((shard) => !said.month || shard.month === said.month);
    if (needed.some((shard) => !shard.rows)) count.textContent = words.busy;
    try {
      for (let at = 0; at < needed.length; at += AT_ONCE) {
        await Promise.all(needed.slice(at, at + AT_ONCE).map(load));
        if (mine !== asked) return;
      }
    } catch {
      if (mine !== asked) return;
      hits = [];
      show(0);
      plain.hidden = false;
      count.textContent = words.failed;
      return;
    }
    const test = fits(said);
    hits = needed.flatMap((shard) => shard.rows.filter(test));
    hits.sort((one, other) => other.seconds - one.seconds || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    show(0);
    const times = hits.reduce((sum, row) => sum + row.times, 0);
    const seconds = hits.reduce((sum, row) => sum + row.seconds, 0);
    const meetings = fill(times === 1 ? words.one : words.many, { count: times.toLocaleString("en") });
    count.textContent = times ? fill(words.found, { meetings, hours: worked(seconds) }) : words.none;
  };

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.addEventListener("reset", () => setTimeout(ask));
  more.addEventListener("click", () => show(shown)?.querySelector("a").focus());
  const given = new URLSearchParams(location.hash.slice(1));
  for (const field of form.querySelectorAll("input, select")) {
    if (!given.has(field.name)) continue;
    field.value = given.get(field.name);
    if (field.selectedIndex < 0) field.selectedIndex = 0;
  }
  form.hidden = false;
  if (wanted()) ask();
})();
