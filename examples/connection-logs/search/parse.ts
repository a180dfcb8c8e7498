/**
 * `key:value` pairs, blanks between them, a value with blanks in double quotes; `\"` and `\\` stand
 * for themselves inside quotes. Every problem of a search is told at once, by its key.
 */
import { KEYS, ORGANIZATION, type Search } from './keys.js';

export interface Problem {
  /** The key, or `q` where the text belongs to none. */
  readonly field: string;
  readonly detail: string;
}

export interface ParsedSearch {
  readonly search: Search;
  /** What was written behind `organization:`, to be looked up. */
  readonly organization: string | undefined;
  readonly problems: readonly Problem[];
}

/** A pair, or text that is none. A quote that is never closed takes the rest. */
const TERM = /([^\s:"]+):(?:"((?:[^"\\]|\\.)*)("?)|([^\s"]*))|(\S+)/gsy;

export function parseSearch(text: string): ParsedSearch {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let search: Search = {};
  let organization: string | undefined;
  for (const [field, value] of pairs(text, problems)) {
    const name = field.toLowerCase();
    const key = KEYS.find((candidate) => candidate.name === name);
    if (key === undefined) {
      problems.push({ field, detail: `no such key; the keys are ${KEYS.map((known) => known.name).join(', ')}` });
      continue;
    }
    if (seen.has(name)) problems.push({ field: name, detail: 'is there twice' });
    seen.add(name);
    if (value === '') {
      problems.push({ field: name, detail: `needs a value: ${key.form}` });
      continue;
    }
    const parsed = key.parse(value);
    if ('problem' in parsed) problems.push({ field: name, detail: parsed.problem });
    else search = { ...search, ...parsed.value };
    if (name === ORGANIZATION) organization = value;
  }
  return { search, organization, problems };
}

function pairs(text: string, problems: Problem[]): (readonly [key: string, value: string])[] {
  if (text.includes('\0')) {
    problems.push({ field: 'q', detail: 'holds a NUL character' });
    return [];
  }
  const found: (readonly [string, string])[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null) break;
    const [whole, key, quoted, closing, bare, free] = match;
    at += whole.length;
    const glued = at < text.length && !/\s/.test(text[at] ?? '');
    if (key === undefined) problems.push({ field: 'q', detail: `"${free ?? whole}" is no key:value pair` });
    else if (quoted !== undefined && closing === '') problems.push({ field: key, detail: 'has a quote that is never closed' });
    else if (glued) problems.push({ field: key, detail: 'needs a blank behind its value, or quotes around all of it' });
    else found.push([key, quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/gs, '$1')]);
    if (glued) at = text.slice(at).search(/\s|$/) + at;
  }
  return found;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at++;
  return at;
}
