/**
 * Comments and names that someone meant as a hook, but that are not one.
 *
 * Invariant: a marker never vanishes unseen. The hook is a line comment that is exactly
 * `-- @authorize_filter`. Anything else that looks like it, in a comment, a string, an identifier or
 * a parameter, is an error; if prose mentions it in a query without a hook, that is a warning.
 */
import type { Token } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { looksLikeHook, type RewrittenQuery } from '../dialect/index.js';

const ALONE = 'Write -- @authorize_filter as a line comment with nothing else in it.';

/** Every marker in a query that is not a hook. */
export function checkSpelling({ annotated, hooks, parameters }: RewrittenQuery): readonly Diagnostic[] {
  const { file, tokens, end, name: query } = annotated;
  const exact = new Set(hooks.map((hook) => hook.start));
  const misspelled = tokens.flatMap((token) => {
    if (exact.has(token.start)) return [];
    // Prose after the semicolon belongs to the next statement.
    const mayMention = hooks.length > 0 || token.start >= end;
    return inspect(file.text.slice(token.start, token.end), token, mayMention);
  });
  const isMeant = ({ name = '' }: (typeof parameters)[number]): boolean => /^authori[sz]e_?filter$/i.test(name);
  const message = 'this hook is written as a parameter, a value that the caller may leave out';
  const uses = parameters.filter(isMeant).flatMap((parameter) => parameter.uses);
  const passed = uses.map(({ start, end: until }): Finding => ({ message, remedy: ALONE, start, end: until }));
  return [...misspelled, ...passed].map((finding) => ({ severity: 'error', ...finding, file, query }));
}

type Finding = Pick<Diagnostic, 'message' | 'remedy' | 'start' | 'end'> & Partial<Pick<Diagnostic, 'severity'>>;

const INSIDE: Partial<Record<Token['kind'], string>> = {
  string: 'a string',
  escapeString: 'a string',
  dollarString: 'a dollar-quoted string',
  quotedIdentifier: 'a quoted identifier',
};

/** A comment without any of these needs no closer look. */
// eslint-disable-next-line no-control-regex -- a character beyond ASCII may look like one of them
const WORTH_A_LOOK = /[@$]|auth|filter|[^\x00-\x7f]/i;

/** `@authorize_filter` and its misspellings, with the dashes before it. */
const MENTION = /(?:--[\s\p{Cf}]*)?@[\s\p{Cf}]?auth\p{L}*[-_\s\p{Cf}]*filter/iu;

function inspect(text: string, { kind, start }: Token, mayMention: boolean): readonly Finding[] {
  if (!WORTH_A_LOOK.test(text)) return [];
  const found = (written: string, index: number, message: string, remedy = ALONE): readonly Finding[] => [
    { message, remedy, start: start + index, end: start + index + written.length },
  ];
  const mention = MENTION.exec(text);
  const within = INSIDE[kind];
  if (within !== undefined && mention)
    return found(mention[0], mention.index, `this hook stands inside ${within}, and guards nothing`, `Move it out of the quotes. ${ALONE}`);
  if (kind !== 'lineComment' && kind !== 'blockComment') return [];
  const lines = text.split('\n');
  const marked = lines.findIndex(looksLikeHook);
  if (marked < 0) {
    const named = mention ?? /(?<![\p{L}\p{N}_])authori[sz]e[-_]filter(?![\p{L}\p{N}_])/iu.exec(text);
    if (!named || mayMention) return [];
    const message = 'this comment only mentions the hook: the query has none, and runs without a filter';
    const prose = found(named[0], named.index, message, `${ALONE} Or write the word without its @.`);
    return prose.map((finding) => ({ ...finding, severity: 'warning' }));
  }
  if (kind === 'lineComment') {
    const line = text.trimEnd();
    const plain = /^--\s*@authorize_filter(?![\w-])/i.exec(line)?.[0];
    if (plain !== undefined && plain !== line)
      return found(line, 0, 'this hook has text behind it on its line, so it is a plain comment, and guards nothing');
    const behind = plain === undefined ? line.slice(2).search(/--[\s\p{Cf}]*@/u) : -1;
    if (behind < 0) return found(line, 0, 'this comment looks like a hook, but is not spelled as one, and guards nothing');
    const message = 'this hook stands behind another --, so it is part of that comment, and guards nothing';
    return found(line.slice(behind + 2), behind + 2, message);
  }
  const line = lines[marked] ?? '';
  const inner = Math.max(0, line.search(/(?:--[\s\p{Cf}]*)?@|auth/iu));
  const index = lines.slice(0, marked).reduce((sum, { length }) => sum + length + 1, inner);
  const written = line.slice(inner).replace(/\s*(?:\*\/)?\s*$/, '');
  return found(written, index, 'this hook stands inside a block comment, and guards nothing', `Take it out of the block comment. ${ALONE}`);
}
