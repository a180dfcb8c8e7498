/**
 * Dates, times and intervals of Temporal to PostgreSQL's text.
 *
 * Invariant: the text says the same to every session, and nothing of the value is left out: nanoseconds,
 * which PostgreSQL does not keep, are refused.
 */
import type { TemporalLike, TemporalName } from '../decode/temporal.js';
import { encodeIso } from '../encode.js';
import { ValueError } from '../errors.js';

/** Text is sent as it is. */
type Binder<Name extends TemporalName> = (value: TemporalLike<Name> | string | null | undefined) => string | null;

function binder<Name extends TemporalName>(name: Name, textOf: (iso: string) => string = encodeIso): Binder<Name> {
  return (value) => {
    if (value == null) return null;
    if (typeof value === 'string') return value;
    if (value[Symbol.toStringTag] !== `Temporal.${name}`) throw new ValueError(`a value is neither a Temporal.${name} nor text`);
    // Other calendars are left out of the text, which counts by ISO's.
    const iso = (value as { toString(options: object): string }).toString({ calendarName: 'never' });
    if (/\.\d{6}\d*[1-9]/.test(iso)) throw new ValueError(`${iso} has nanoseconds, which PostgreSQL does not keep; round it first`);
    return textOf(iso);
  };
}

/** timestamptz. */
export const bindInstant = /* @__PURE__ */ binder('Instant');

/** timestamp. */
export const bindPlainDateTime = /* @__PURE__ */ binder('PlainDateTime');

/** date. */
export const bindPlainDate = /* @__PURE__ */ binder('PlainDate');

/** time. */
export const bindPlainTime = /* @__PURE__ */ binder('PlainTime');

const UNITS = ['years', 'mons', 'weeks', 'days', 'hours', 'mins', 'secs'];

const DURATION = /^([+-]?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/** interval, in words: PostgreSQL reads seconds with a fraction exactly only so. */
export const bindDuration = /* @__PURE__ */ binder('Duration', (iso) => {
  const [, sign = '', ...parts] = DURATION.exec(iso) ?? [];
  const words = UNITS.flatMap((unit, index) => (parts[index] === undefined ? [] : [`${sign}${parts[index]} ${unit}`]));
  return words.join(' ') || '0';
});
