/** What the author of a syntax error probably meant: another tool's parameters, or a keyword as a name. */
import { quoteIdentifier } from '../../sql/index.js';

/** Words that a table's name follows. */
const BEFORE_A_TABLE = /\b(?:from|join|into|update|only|table)\s+$/i;

/** The remedy for a syntax error at an offset of the file, if the cause is known. */
export function syntaxRemedy(text: string, start: number): string | undefined {
  const rest = text.slice(start, start + 200);
  const before = text.slice(Math.max(0, start - 200), start);
  const [, named] = /^(?::|\$\{|#\{|\{\{?\s*\.?)\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(rest) ?? [];
  if (named !== undefined && !before.endsWith(':')) return `Write \`@${named}\`: that is how a parameter is named here.`;
  const [, glued] = /(?:\$\{|#\{|\{\{?\s*\.?|:)([\p{L}_][\p{L}\p{N}_]*)?$/u.exec(before) ?? [];
  if (glued === undefined && /[$#]\{$/.test(before)) {
    const [name = 'name'] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest) ?? [];
    return `Write \`@${name}\`: that is how a parameter is named here.`;
  }
  if (/\?\s*$/.test(before) || rest.startsWith('?'))
    return 'Write `@name` for each `?`: a parameter has a name here, or a number as in `$1`.';
  const [word] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest) ?? [];
  if (word !== undefined && BEFORE_A_TABLE.test(before) && quoteIdentifier(word.toLowerCase()) !== word.toLowerCase())
    return keywordRemedy(word);
  return undefined;
}

/** For a keyword that was meant as a name. */
export function keywordRemedy(word: string): string {
  return `Write it in quotes, "${word.toLowerCase()}", if it is a name: without them it is a keyword of SQL.`;
}
