/** Amounts to the text of money. */
import { ValueError } from '../errors.js';

/**
 * money, from an amount such as `-1234.5` or `$1,234.50`. Two commas before the digits mean nothing to
 * a server that writes dollars with a point; one that reads a comma or point otherwise refuses them,
 * instead of taking another amount (set its lc_monetary to C).
 */
export function bindMoney(value: string | number | null | undefined): string | null {
  if (value == null) return null;
  const [, sign = '', amount] = /^(-?)\$?((?:\d[\d,]*)(?:\.\d+)?)$/.exec(String(value)) ?? [];
  if (amount === undefined) throw new ValueError(`${JSON.stringify(value)} is no amount of money such as 1234.50`);
  return `${sign}$,,${amount.replaceAll(',', '')}`;
}
