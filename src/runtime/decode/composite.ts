/** Composite values from the text that `record_out` writes: `(1,"a b",,"")`. */
import { quotedText } from './range.js';
import { malformed, missing, type RawValue } from './scalar.js';

/**
 * The texts of a composite's attributes in order, NULL as `null`; each is then decoded by its own
 * type. `()` reads as one NULL attribute; a type without attributes is written the same.
 */
export function composite(value: RawValue): (string | null)[] {
  if (value == null) throw missing();
  if (!value.startsWith('(')) throw malformed(value, 'a composite');
  const fields: (string | null)[] = [];
  const cursor = { at: 0 };
  do {
    cursor.at++;
    fields.push(field(value, cursor));
  } while (value[cursor.at] === ',');
  if (value[cursor.at] !== ')' || cursor.at + 1 !== value.length) throw malformed(value, 'a composite');
  return fields;
}

/** Nothing at all is NULL; `""` is the empty text. */
function field(value: string, cursor: { at: number }): string | null {
  const start = cursor.at;
  if (value[start] === '"') return quotedText(value, cursor);
  let end = start;
  while (end < value.length && value[end] !== ',' && value[end] !== ')') end++;
  cursor.at = end;
  return end === start ? null : value.slice(start, end);
}
