// How numbers and moments are written for people.

const STEPS = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** 1234567 becomes "1.23 M". */
export function scaled(value) {
  const [step, letter] = STEPS.find(([least]) => value >= least) ?? [1, ""];
  const digits = value / step;
  const places = step === 1 ? (digits < 10 && digits % 1 ? 1 : 0) : digits < 10 ? 2 : digits < 100 ? 1 : 0;
  return letter ? `${digits.toFixed(places)} ${letter}` : digits.toFixed(places);
}

/** 1234567 bytes become "1.23 MB", 540 "540 B". */
export const amount = (value, unit) => (value < STEPS.at(-1)[0] ? `${scaled(value)} ${unit}` : `${scaled(value)}${unit}`);

export const whole = (value) => WHOLE.format(value);

/** "1 packet", "1,234 packets". */
export const counted = (count, one, written = whole) => `${written(count)} ${count === 1 ? one : `${one}s`}`;

/** Nanoseconds since 1970 become the time of day, to the millisecond. */
export function clock(timeNs) {
  const moment = new Date(timeNs / 1e6);
  const part = (value, width = 2) => String(value).padStart(width, "0");
  const day = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((value) => part(value)).join(":");
  return `${day}.${part(moment.getMilliseconds(), 3)}`;
}

/** Seconds become "3 min" or "2 h 5 min". */
export function lasting(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "less than a minute";
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago something was; within some seconds that is now. */
export const ago = (seconds) => (seconds < 10 ? "now" : seconds < 60 ? `${10 * Math.floor(seconds / 10)} s ago` : `${lasting(seconds)} ago`);

/** Words that begin small and end open become a sentence. */
export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!)]$/.test(text) ? "" : "."}`;

/** The last part of a path, and the line. */
export const place = (file, line) => (file ? `${file.split("/").pop()}:${line}` : "");

/** Linear light from 0 to 1 becomes a colour of CSS. */
export function colour(linear) {
  const encode = (level) => (level <= 0.0031308 ? 12.92 * level : 1.055 * level ** (1 / 2.4) - 0.055);
  return `rgb(${linear.map((level) => Math.round(255 * encode(Math.min(1, Math.max(0, level))))).join(" ")})`;
}
