// Reads calendars with ical.js: an array of texts on standard input, an array of what they say on standard output.
// The first argument is the package's folder.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { default: ICAL } = await import(pathToFileURL(join(folder, about.module ?? about.main)));

function utc(time) {
  if (time.zone !== ICAL.Timezone.utcTimezone) {
    throw new Error(`not in UTC: ${time}`);
  }
  return time.toJSDate().toISOString();
}

function entry(component) {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    sequence: event.sequence ?? 0,
    start: utc(event.startDate),
    end: utc(event.endDate),
    summary: event.summary ?? "",
    status: component.getFirstPropertyValue("status") ?? "",
    attendees: event.attendees.map((property) => property.getFirstValue().replace(/^mailto:/, "")),
    location: event.location ?? "",
    description: event.description ?? "",
    properties: component.getAllProperties().map((property) => property.name).sort(),
  };
}

function calendar(text) {
  const whole = new ICAL.Component(ICAL.parse(text));
  return {
    method: whole.getFirstPropertyValue("method") ?? "",
    properties: whole.getAllProperties().map((property) => property.name).sort(),
    entries: whole.getAllSubcomponents("vevent").map(entry),
  };
}

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(calendar)));
