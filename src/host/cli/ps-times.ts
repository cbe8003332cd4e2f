/** Times as ps(1) writes them, in the local time zone. Pure. */

const two = (value: number): string => String(value).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const dayMs = 86_400_000;

/** `12:34` of today, `Nov25` of this year, else `2024`. */
export function startTime(startMs: number, nowMs: number): string {
  const start = new Date(startMs);
  const now = new Date(nowMs);
  if (start.getFullYear() !== now.getFullYear()) return String(start.getFullYear());
  if (start.toDateString() === now.toDateString()) return `${two(start.getHours())}:${two(start.getMinutes())}`;
  return `${months[start.getMonth()]}${two(start.getDate())}`;
}

/** `12:34:56` */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `Tue Nov  4 12:34:56 2025` */
export function longTime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getDate()).padStart(2);
  return `${weekdays[date.getDay()]} ${months[date.getMonth()]} ${day} ${clockTime(ms)} ${date.getFullYear()}`;
}

/** A duration: `00:01:02`, `3-00:01:02`. */
export function dayTime(ms: number): string {
  return `${days(ms)}${two(Math.floor((ms % dayMs) / 3_600_000))}:${minutesAndSeconds(ms)}`;
}

/** A duration: `01:02`, `00:01:02` from one hour on, `3-00:01:02`. */
export function elapsed(ms: number): string {
  return ms < 3_600_000 ? minutesAndSeconds(ms) : dayTime(ms);
}

/** A duration: `61:02`. */
export function minutes(ms: number): string {
  return `${Math.floor(ms / 60_000)}:${two(Math.floor(ms / 1000) % 60)}`;
}

const days = (ms: number): string => (ms < dayMs ? "" : `${Math.floor(ms / dayMs)}-`);
const minutesAndSeconds = (ms: number): string => `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
