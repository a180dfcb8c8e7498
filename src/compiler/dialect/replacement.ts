/**
 * The text that replaces each macro.
 *
 * Invariant: a replacement has as many line breaks as the original, and its tokens do not merge with
 * those around it.
 */
import type { Edit } from '../../sql/index.js';
import type { AnnotatedQuery } from './split.js';
import type { InList, Macro } from './macros.js';

/** The condition that takes the place of the caller's filter while a query is described. */
export const HOOK_TEXT = 'AND (true)';

interface Replacement {
  readonly macro: Macro;
  readonly edit: Edit;
  /** Where in the edit's text the replacement itself begins: 1 if a space precedes it. */
  readonly lead: number;
}

/** The annotation in its normalized form, on as many lines as the original comment. */
export function annotationEdit(query: AnnotatedQuery): Edit {
  const { annotationStart: start, annotationEnd: end, name, command } = query;
  return { start, end, text: `-- name: ${name} :${command}${lineBreaks(query.file.text.slice(start, end))}` };
}

/** The edit for a macro; undefined if the author's text stays. */
export function replacementEdit(file: string, macro: Macro, number: number | undefined): Replacement | undefined {
  const core = replacementText(macro, number);
  if (core === undefined) return undefined;
  const { start, end } = macro;
  // A macro that ends in `)` right before the hook becomes a placeholder, which would merge with AND.
  const before = isWordPart(file[start - 1]) || (macro.kind === 'hook' && file[start - 1] === ')') ? ' ' : '';
  const breaks = lineBreaks(file.slice(start, end));
  const after = breaks === '' && isWordPart(file[end]) ? ' ' : breaks;
  return { macro, edit: { start, end, text: before + core + after }, lead: before.length };
}

function replacementText(macro: Macro, number: number | undefined): string | undefined {
  if (macro.kind === 'embed') return `${macro.written}.*`;
  if (macro.kind === 'hook') return HOOK_TEXT;
  return macro.kind === 'positional' || number === undefined ? undefined : `$${number}`;
}

/** `IN (` becomes `= ANY(`, `NOT IN (` becomes `<> ALL(`, and a cast of the list one to an array. */
export function listEdits(file: string, list: InList): Edit[] {
  const { castEnd } = list;
  return [...quantifierEdits(file, list), ...(castEnd === undefined ? [] : [{ start: castEnd, end: castEnd, text: '[]' }])];
}

function quantifierEdits(file: string, { not, in: inToken, parenthesis }: InList): Edit[] {
  const first = not ?? inToken;
  const [operator, quantifier] = not ? ['<>', 'ALL'] : ['=', 'ANY'];
  const gaps = [not ? file.slice(not.end, inToken.start) : '', file.slice(inToken.end, parenthesis.start)];
  if (gaps.every((gap) => /^[ \t]*$/.test(gap))) {
    return [{ start: first.start, end: parenthesis.end, text: `${operator} ${quantifier}(` }];
  }
  // There are comments or line breaks in between, which stay.
  if (not === undefined) return [{ start: inToken.start, end: inToken.end, text: `${operator} ${quantifier}` }];
  return [
    { start: not.start, end: not.end, text: operator },
    { start: inToken.start, end: inToken.end, text: quantifier },
  ];
}

function lineBreaks(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1);
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\w$\x80-\uffff]/.test(character);
}
