/**
 * timestamp and timestamptz to `Date`, from ISO output only (`DateStyle = ISO`, the default).
 *
 * Invariant: the result is the instant that the text names, with its microseconds cut to whole
 * milliseconds (towards the past, so that a decoded instant is never later than the stored one).
 * A `timestamp`, which has no zone, is read as UTC. The process's time zone plays no part, and
 * neither does the session's: an offset in the text says what it is.
 *
 * Own code, because `postgres-date` reads a `timestamp` in the process's zone, answers `infinity`
 * with a number, and takes several times as long.
 */
import { ValueError } from '../errors.js';
import { malformed, missing, type RawValue } from './scalar.js';

/** The ends of the range of `Date`, in milliseconds; they stand for `infinity` and `-infinity`. */
export const MAX_TIME = 8.64e15;

const enum Char {
  Plus = 43,
  Minus = 45,
  Dot = 46,
  Zero = 48,
  Colon = 58,
}

/** timestamptz. `infinity` and `-infinity` are the first and last `Date` there is. */
export function timestamptz(value: RawValue): Date {
  if (value == null) throw missing();
  return new Date(instant(value, true));
}

/** timestamp, read as UTC. `infinity` and `-infinity` are the first and last `Date` there is. */
export function timestamp(value: RawValue): Date {
  if (value == null) throw missing();
  return new Date(instant(value, false));
}

/** date, as its first instant in UTC. `infinity` and `-infinity` are the first and last `Date` there is. */
export function date(value: RawValue): Date {
  if (value == null) throw missing();
  return new Date(instant(value.replace(/\d(?= BC$|$)/, '$& 00:00:00'), false));
}

/** `YYYY-MM-DD HH:MM:SS[.f{1,6}][±HH[:MM[:SS]]]` by position; anything else the slow way. */
function instant(value: string, zoned: boolean): number {
  const year = digits2(value, 0) * 100 + digits2(value, 2);
  const month = digits2(value, 5);
  const day = digits2(value, 8);
  const hour = digits2(value, 11);
  const minute = digits2(value, 14);
  const second = digits2(value, 17);
  // A non-digit makes its field, and so the sum, NaN.
  if (
    !(year + month + day + hour + minute + second >= 0) ||
    value.charCodeAt(4) !== Char.Minus ||
    value.charCodeAt(7) !== Char.Minus ||
    value.charCodeAt(10) !== 32 ||
    value.charCodeAt(13) !== Char.Colon ||
    value.charCodeAt(16) !== Char.Colon
  ) {
    return unusual(value, zoned);
  }
  let time = days(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000;
  let at = 19;
  if (value.charCodeAt(19) === Char.Dot) {
    let scale = 100;
    for (at = 20; ; at++) {
      const digit = value.charCodeAt(at) - Char.Zero;
      if (!(digit >= 0 && digit <= 9)) break;
      time += digit * scale;
      // Integer steps: the fourth digit on counts nothing.
      scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
    }
    if (at === 20) return unusual(value, zoned);
  }
  if (at === value.length) return zoned ? unusual(value, zoned) : time;
  const sign = value.charCodeAt(at);
  if (!zoned || (sign !== Char.Plus && sign !== Char.Minus)) return unusual(value, zoned);
  let offset = digits2(value, at + 1) * 3600;
  at += 3;
  if (value.charCodeAt(at) === Char.Colon) {
    offset += digits2(value, at + 1) * 60;
    at += 3;
    if (value.charCodeAt(at) === Char.Colon) {
      offset += digits2(value, at + 1);
      at += 3;
    }
  }
  if (!(offset >= 0) || at !== value.length) return unusual(value, zoned);
  return sign === Char.Plus ? time - offset * 1000 : time + offset * 1000;
}

const LONG = /^(\d{4,7})(-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[+-]\d\d(?::\d\d){0,2})?)( BC)?$/;

/** Years of more than four digits, years BC, the infinities; and the reasons to refuse. */
function unusual(value: string, zoned: boolean): number {
  if (value === 'infinity') return MAX_TIME;
  if (value === '-infinity') return -MAX_TIME;
  const match = LONG.exec(value);
  const [, years, rest, era] = match ?? [];
  if (years === undefined || rest === undefined || (years.length === 4 && era === undefined)) {
    if (/^\d{4,}-\d\d-\d\d /.test(value)) throw malformed(value, zoned ? 'a timestamptz' : 'a timestamp');
    throw new ValueError(`${JSON.stringify(value.slice(0, 80))} is not an ISO timestamp; set DateStyle to ISO`);
  }
  // 400 years are a whole number of days, so that any year can be read as one of 2000 to 2399.
  const year = era === undefined ? Number(years) : 1 - Number(years);
  const cycles = Math.floor((year - 2000) / 400);
  const time = instant(String(year - cycles * 400) + rest, zoned) + cycles * 146_097 * 86_400_000;
  if (!(Math.abs(time) <= MAX_TIME)) throw malformed(value, 'within the range of Date');
  return time;
}

/** Two decimal digits, or NaN. */
function digits2(value: string, at: number): number {
  const tens = value.charCodeAt(at) - Char.Zero;
  const ones = value.charCodeAt(at + 1) - Char.Zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar, as PostgreSQL counts too. */
function days(year: number, month: number, day: number): number {
  // Years that begin in March put the leap day last.
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  return era * 146_097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear - 719_468;
}
