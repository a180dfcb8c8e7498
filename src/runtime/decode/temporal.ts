/**
 * Dates, times and intervals as Temporal's classes, which keep microseconds.
 *
 * Invariant: what comes is the server's value exactly, or a ValueError: Temporal has no infinity, no
 * time of 24:00, and no duration of mixed signs.
 *
 * The classes are the global ones, or else those of a polyfill that is installed.
 */
import { createRequire } from 'node:module';
import { ValueError } from '../errors.js';
import { malformed, missing, type RawValue } from './scalar.js';

/** The classes of Temporal that values are made of. */
export type TemporalName = 'Instant' | 'PlainDateTime' | 'PlainDate' | 'PlainTime' | 'Duration';

/** A value of a Temporal class, of whichever implementation. */
export interface TemporalLike<Name extends TemporalName> {
  readonly [Symbol.toStringTag]: `Temporal.${Name}`;
  toString(): string;
}

/** A Temporal class as the global `Temporal` declares it; where nothing does, what all implementations have. */
export type Temporal<Name extends TemporalName> = typeof globalThis extends {
  readonly Temporal: { readonly [Key in Name]: { readonly prototype: infer Value } };
}
  ? Value
  : TemporalLike<Name>;

const POLYFILLS = ['temporal-polyfill', '@js-temporal/polyfill'];

let polyfill: object | undefined;

function create<Name extends TemporalName>(name: Name, text: string): Temporal<Name> {
  const namespace: unknown = Reflect.get(globalThis, 'Temporal') ?? (polyfill ??= findPolyfill());
  return (namespace as Readonly<Record<Name, { from(text: string): Temporal<Name> }>>)[name].from(text);
}

function findPolyfill(): object {
  for (const name of POLYFILLS) {
    try {
      return (createRequire(import.meta.url)(name) as { readonly Temporal: object }).Temporal;
    } catch {
      // It is not installed, or this code has been bundled.
    }
  }
  throw new ValueError(`there is no Temporal; install ${POLYFILLS.join(' or ')}, or set globalThis.Temporal`);
}

function decoder<Name extends TemporalName>(
  name: Name,
  isoOf: (value: string, expected: string) => string,
): (value: RawValue) => Temporal<Name> {
  return (value) => {
    if (value == null) throw missing();
    return create(name, isoOf(value, `a Temporal.${name}`));
  };
}

const DATED = /^(\d{4,7})(-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d){0,2})?)?( BC)?$/;

/** From PostgreSQL's spelling of years, which has eras, to that of ISO 8601. */
function dated(value: string, expected: string, isTimed: boolean, isZoned: boolean): string {
  const [, years, day = '', time, zone, era] = DATED.exec(value) ?? [];
  if (years === undefined && !/^-?infinity$|^\d{4,}-/.test(value)) throw malformed(value, `${expected}; set DateStyle to ISO`);
  if (years === undefined || (time !== undefined) !== isTimed || (zone !== undefined) !== isZoned) throw malformed(value, expected);
  const year = era === undefined ? Number(years) : 1 - Number(years);
  const digits = year >= 0 && year <= 9999 ? years.padStart(4, '0') : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
  return `${year === 0 ? '0000' : digits}${day}${time === undefined ? '' : `T${time}${zone ?? ''}`}`;
}

/** timestamptz. */
export const instant = /* @__PURE__ */ decoder('Instant', (value, expected) => dated(value, expected, true, true));

/** timestamp. */
export const plainDateTime = /* @__PURE__ */ decoder('PlainDateTime', (value, expected) => dated(value, expected, true, false));

/** date. */
export const plainDate = /* @__PURE__ */ decoder('PlainDate', (value, expected) => dated(value, expected, false, false));

/** time. */
export const plainTime = /* @__PURE__ */ decoder('PlainTime', (value, expected) => {
  if (!/^(?!24)\d\d:\d\d:\d\d(?:\.\d+)?$/.test(value)) throw malformed(value, expected);
  return value;
});

const UNITS = /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d\d+):(\d\d):(\d\d(?:\.\d+)?))?$/;

/** interval, in the styles `postgres` and `iso_8601`. */
export const duration = /* @__PURE__ */ decoder('Duration', (value, expected) => {
  const [units, years, months, days, sign = '', hours, minutes, seconds] = UNITS.exec(value) ?? [];
  const text = units
    ? `P${years ?? 0}Y${months ?? 0}M${days ?? 0}DT${sign}${hours ?? 0}H${sign}${minutes ?? 0}M${sign}${seconds ?? 0}S`
    : value;
  if (!text.startsWith('P'))
    throw malformed(value, `${expected}; ${/infinity/.test(value) ? 'read it as text' : 'set IntervalStyle to postgres'}`);
  // In ISO 8601 there is one sign for all, where PostgreSQL has one for each.
  const parts = (text.match(/[+-]?[\d.]+/g) ?? []).map(Number);
  const isNegative = parts.some((part) => part < 0);
  if (isNegative && parts.some((part) => part > 0)) throw malformed(value, `${expected}, whose parts have one sign`);
  return `${isNegative ? '-' : ''}${text.replace(/[+-]/g, '')}`;
});
