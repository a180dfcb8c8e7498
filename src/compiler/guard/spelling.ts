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
export function checkSpelling(rewritten: RewrittenQuery): readonly Diagnostic[] {
  const { annotated, hooks } = rewritten;
  const { file } = annotated;
  const exact = new Set(hooks.map((hook) => hook.start));
  const found = annotated.tokens.flatMap((token) => {
    if (exact.has(token.start)) return [];
    // Prose after the semicolon belongs to the next statement.
    const mayMention = hooks.length > 0 || token.start >= annotated.end;
    const finding = inspect(file.text.slice(token.start, token.end), token, mayMention);
    return finding ? [finding] : [];
  });
  const parameters = rewritten.parameters.flatMap(({ name, uses }) =>
    name !== undefined && /^authori[sz]e_?filter$/i.test(name) ? uses.map(asParameter) : [],
  );
  return [...found, ...parameters].map((finding) => ({ ...finding, file, query: annotated.name }));
}

type Finding = Omit<Diagnostic, 'file' | 'query'>;

function asParameter({ start, end }: Pick<Token, 'start' | 'end'>): Finding {
  const message = 'this hook is written as a parameter, a value that the caller may leave out';
  return { severity: 'error', message, remedy: ALONE, start, end };
}

const INSIDE: Partial<Record<Token['kind'], string>> = {
  string: 'a string',
  escapeString: 'a string',
  dollarString: 'a dollar-quoted string',
  quotedIdentifier: 'a quoted identifier',
};

/** A comment without any of these needs no closer look. */
// eslint-disable-next-line no-control-regex -- a character beyond ASCII may look like one of them
const WORTH_A_LOOK = /[@$]|auth|filter|[^\x00-\x7f]/i;

function inspect(text: string, token: Token, mayMention: boolean): Finding | undefined {
  if (!WORTH_A_LOOK.test(text)) return undefined;
  const mention = MENTION.exec(text);
  const within = INSIDE[token.kind];
  if (within !== undefined) {
    return mention
      ? error(`this hook stands inside ${within}, and guards nothing`, `Move it out of the quotes. ${ALONE}`, token, mention)
      : undefined;
  }
  if (token.kind !== 'lineComment' && token.kind !== 'blockComment') return undefined;
  const lines = text.split('\n');
  const marked = lines.findIndex(looksLikeHook);
  const named = mention ?? /(?<![\p{L}\p{N}_])authori[sz]e[-_]filter(?![\p{L}\p{N}_])/iu.exec(text);
  if (marked < 0) return named && !mayMention ? prose(token, named) : undefined;
  if (token.kind === 'lineComment') return inspectLine(text.trimEnd(), token);
  const line = lines[marked] ?? '';
  const inner = Math.max(0, line.search(/(?:--[\s\p{Cf}]*)?@|auth/iu));
  const index = lines.slice(0, marked).reduce((sum, { length }) => sum + length + 1, inner);
  const written = { index, 0: line.slice(inner).replace(/\s*(?:\*\/)?\s*$/, '') };
  return error('this hook stands inside a block comment, and guards nothing', `Take it out of the block comment. ${ALONE}`, token, written);
}

/** `@authorize_filter` and its misspellings, with the dashes before it. */
const MENTION = /(?:--[\s\p{Cf}]*)?@[\s\p{Cf}]?auth\p{L}*[-_\s\p{Cf}]*filter/iu;

function inspectLine(text: string, token: Token): Finding {
  const plain = /^--\s*@authorize_filter(?![\w-])/i.exec(text);
  if (plain && text.slice(plain[0].length).trim() !== '')
    return error('this hook has text behind it on its line, so it is a plain comment, and guards nothing', ALONE, token, {
      index: 0,
      0: text,
    });
  const index = plain ? 0 : text.slice(2).search(/--[\s\p{Cf}]*@/u) + 2;
  const message =
    index > 1
      ? 'this hook stands behind another --, so it is part of that comment, and guards nothing'
      : 'this comment looks like a hook, but is not spelled as one, and guards nothing';
  const from = index > 1 ? index : 0;
  return error(message, ALONE, token, { index: from, 0: text.slice(from) });
}

function prose(token: Token, mention: RegExpExecArray): Finding {
  const message = 'this comment only mentions the hook: the query has none, and runs without a filter';
  return { ...error(message, `${ALONE} Or write the word without its @.`, token, mention), severity: 'warning' };
}

function error(message: string, remedy: string, token: Token, at: { readonly index: number; readonly 0: string }): Finding {
  return { severity: 'error', message, remedy, start: token.start + at.index, end: token.start + at.index + at[0].length };
}
