/** Decimal texts as numbers, where no digit is lost. */
import { malformed, missing, type RawValue } from './scalar.js';

/** numeric. @throws ValueError where a JavaScript number is another one, instead of rounding. */
export function decimal(value: RawValue): number {
  if (value == null) throw missing();
  const result = heldNumber(value);
  if (result === undefined) throw malformed(value, 'a number that JavaScript holds; set numeric to string');
  return result;
}

/** The number that a text says, or undefined where a JavaScript number is another one, or none. */
export function heldNumber(text: string): number | undefined {
  const number = Number(text);
  // Fifteen digits without an exponent always come back.
  if (/^-?\d{1,7}(?:\.\d{1,8})?$/.test(text)) return number;
  return significant(text) === significant(String(number)) ? number : undefined;
}

/** A decimal's significant digits with the power of ten of the last: the same for each spelling of a number. */
function significant(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  if (sign === undefined) return text;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const end = digits.replace(/0+$/, '');
  return end === '' ? '0' : `${sign}${end}e${Number(exponent) - fraction.length + digits.length - end.length}`;
}
