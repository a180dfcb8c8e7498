/**
 * What stands in the place of each macro.
 *
 * Invariant: a replacement has as many line breaks as what it replaces, and its tokens stay apart
 * from those around it.
 */
import type { Edit } from '../../sql/index.js';
import type { AnnotatedQuery } from './split.js';
import type { InList, Macro } from './macros.js';

/** The condition that stands for the caller's filter wherever a query is described. */
export const HOOK_TEXT = 'AND (true)';

interface Replacement {
  readonly macro: Macro;
  readonly edit: Edit;
  /** How far inside the edit's text the replacement itself begins: 1 behind a space. */
  readonly lead: number;
}

/** The annotation in its normalized form, on as many lines as the comment it stood in. */
export function annotationEdit(query: AnnotatedQuery): Edit {
  const { annotationStart: start, annotationEnd: end, name, command } = query;
  return { start, end, text: `-- name: ${name} :${command}${lineBreaks(query.file.text.slice(start, end))}` };
}

/** The edit for a macro; undefined where the author's text stays. */
export function replacementEdit(file: string, macro: Macro, number: number | undefined): Replacement | undefined {
  const core = replacementText(macro, number);
  if (core === undefined) return undefined;
  const { start, end } = macro;
  // A macro before it ends in `)`, and becomes a placeholder.
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
  // Comments or line breaks stand between, and stay.
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
