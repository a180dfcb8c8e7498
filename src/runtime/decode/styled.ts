/**
 * Texts that the session's settings spell: dates, timestamps, intervals and money, each kept as text.
 *
 * Invariant: a text that passes says the same to every session that reads it again; the others are
 * refused, with the setting that helps.
 */
import { ValueError } from '../errors.js';
import { missing, type RawValue } from './scalar.js';

function styled(form: RegExp, remedy: string): (value: RawValue) => string {
  return (value) => {
    if (value == null) throw missing();
    if (!form.test(value)) throw new ValueError(`${JSON.stringify(value.slice(0, 80))} depends on the session; set ${remedy}`);
    return value;
  };
}

/** date, timestamp and timestamptz in ISO's order; in the others, 01/02/2026 is one day or another. */
export const isoText = /* @__PURE__ */ styled(/^(?:\d{4,}-|-?infinity$)/, 'DateStyle to ISO');

/** interval, but for the style `sql_standard`, whose `-1 2:00:00` is one thing there and another elsewhere. */
export const intervalText = /* @__PURE__ */ styled(
  /^(?:(?=.)(?:[+-]?\d+ (?:year|mon|day)s?(?: |$))*(?:[+-]?\d\d+:\d\d:\d\d(?:\.\d+)?)?|P.+|@ .+|-?infinity)$/,
  'IntervalStyle to postgres',
);

/** money as every locale with dollars, two decimals and a point for them writes it. */
export const money = /* @__PURE__ */ styled(/^-?\$[\d,]+\.\d\d$/, 'lc_monetary to C, or cast it to numeric');
