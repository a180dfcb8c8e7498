/**
 * A literal is no condition, but PostgreSQL takes `'yes'` for true where it expects a boolean. A
 * value that was meant for a comparison and ended up alone must not open every row, whatever
 * brackets, NOT or casts stand around it.
 */
import type { Token } from '../../sql/index.js';

/** What turns a literal (`'`, or a placeholder) into a literal. Whatever does not become one alone is a condition. */
const WRAPPINGS: readonly (readonly [RegExp, string])[] = [
  [/' uescape '/g, "'"],
  [/' '/g, "'"],
  [/\( ('|\$\d+) \)/g, '$1'],
  [/not ('|\$\d+)/g, '$1'],
  [/cast \( ('|\$\d+) as [^()]* \)/g, '$1'],
  [/('|\$\d+) :: [^ ()]+(?: \. [^ ()]+)*/g, '$1'],
  [/(?:\w+ \. )*bool(?:ean)? '/g, "'"],
];

/**
 * 'literal' where the tokens (without white space and comments) are one string literal, the
 * placeholder's number where they are one placeholder, undefined otherwise.
 */
export function loneLiteral(text: string, tokens: readonly Token[]): 'literal' | number | undefined {
  let skeleton = '';
  for (const { kind, start, end } of tokens) {
    switch (kind) {
      case 'operator':
      case 'number':
        return undefined;
      case 'string':
      case 'escapeString':
      case 'bitString':
      case 'dollarString':
        skeleton += " '";
        break;
      case 'quotedIdentifier':
        skeleton += ` ${text.slice(start + 1, end - 1).replace(/\W/g, '_')}`;
        break;
      default:
        skeleton += ` ${text.slice(start, end).toLowerCase()}`;
    }
  }
  skeleton = skeleton.slice(1);
  if (!/['$]/.test(skeleton)) return undefined;
  for (let before = ''; before !== skeleton; ) {
    before = skeleton;
    for (const [wrapping, literal] of WRAPPINGS) skeleton = skeleton.replace(wrapping, literal);
  }
  if (skeleton === "'") return 'literal';
  return /^\$\d+$/.test(skeleton) ? Number(skeleton.slice(1)) : undefined;
}
