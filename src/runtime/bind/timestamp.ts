/**
 * `Date` to the text of timestamp and timestamptz.
 *
 * Invariant: the text names the same instant for every session: ISO, in UTC, with a year of at least
 * four digits, so that neither `DateStyle` nor `TimeZone` has a say. The first and last `Date` there
 * is are `-infinity` and `infinity`, as the decoders read them.
 */
import { MAX_TIME } from '../decode/timestamp.js';
import { encodeDate } from '../encode.js';
import { ValueError } from '../errors.js';

/** timestamptz. Text is sent as it is, for more precision than milliseconds. @throws TypeError for an invalid `Date`. */
export function bindTimestamptz(value: Date | string | null | undefined): string | null {
  if (value == null) return null;
  if (typeof value === 'string') return value;
  const time = value.getTime();
  return time === MAX_TIME ? 'infinity' : time === -MAX_TIME ? '-infinity' : encodeDate(value);
}

/**
 * timestamp: the UTC wall clock of a `Date`, because PostgreSQL passes over the zone in a
 * timestamp's text. Text is sent as it is. @throws TypeError for an invalid `Date`.
 */
export function bindTimestamp(value: Date | string | null | undefined): string | null {
  return bindTimestamptz(value);
}

/** date, from the first instant of a day in UTC. Text is sent as it is. @throws ValueError at any other time of the day. */
export function bindDate(value: Date | string | null | undefined): string | null {
  const text = bindTimestamptz(value);
  if (value instanceof Date && text?.includes('T') === true && !text.includes('T00:00:00.000Z'))
    throw new ValueError(`${text} is within a day; a date takes midnight in UTC`);
  return text;
}
