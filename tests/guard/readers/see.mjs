// SPDX-License-Identifier: Apache-2.0
// What ical.js sees: a line of JSON in ({ics, first, last}, seconds), a line out ([[start, end], ...] or null).
// A time is seconds since the epoch, "F:..." if it floats, "D:..." if it is a date.
import ICAL from "ical.js";
import { createInterface } from "node:readline";

const MOST = 20000;

function written(time) {
  if (time.isDate) return `D:${time.toString()}`;
  if (time.zone === ICAL.Timezone.localTimezone) return `F:${time.toString()}`;
  return time.toUnixTime();
}

function seen({ ics, first, last }) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(ics));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const parts = calendar.getAllSubcomponents("vevent");
  const found = [];
  const overrides = parts.filter((part) => part.hasProperty("recurrence-id"));
  for (const part of parts.filter((one) => !one.hasProperty("recurrence-id"))) {
    const event = new ICAL.Event(part, { exceptions: overrides });
    if (!event.isRecurring()) {
      found.push([written(event.startDate), written(event.endDate)]);
      continue;
    }
    const dates = event.iterator();
    for (let number = 0, next; number < MOST && (next = dates.next()); number++) {
      if (next.toUnixTime() > last) break;
      const one = event.getOccurrenceDetails(next);
      if (one.endDate.toUnixTime() >= first) found.push([written(one.startDate), written(one.endDate)]);
    }
  }
  for (const part of overrides) {
    const event = new ICAL.Event(part);
    found.push([written(event.startDate), written(event.endDate)]);
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  let found = null;
  try {
    found = seen(JSON.parse(line));
  } catch {
    found = null; // it cannot read this one
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
