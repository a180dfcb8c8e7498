/**
 * A statement's text with marks in it, and what becomes of them: in what is compiled, a hook is the
 * comment and a table has its own name; in what is run, a hook is a filter, and a table in a
 * condition that the filter does not reach is another schema's, which holds everyone's rows in every
 * world. The documentation says that such a condition sees what the filter hides; all else must not.
 */
import { EVERYONE, teamFilter, type Team } from './schema.js';
import type { Type } from './grammar/pen.js';

export type Glue = 'spaced' | 'lined' | 'glued';

interface About {
  readonly reference: string;
  readonly type: Type;
}

const GLUE: Readonly<Record<Glue, string>> = { spaced: ' ', lined: '\n  ', glued: '' };

/** A filter is about each of these columns. */
export function hookMark(about: readonly About[], glue: Glue): string {
  return `⟦H|${glue}|${about.map(({ type, reference }) => `${type} ${reference}`).join('|')}⟧`;
}

export function freeMark(table: string): string {
  return `⟦F|${table}⟧`;
}

/** A parameter and the literal that is passed for it. */
export function parameterMark(name: string, type: string, literal: string): string {
  return `⟦P|${name}|${type}|${literal}⟧`;
}

const HOOK = /⟦H\|(\w*)\|([^⟧]*)⟧/g;
const FREE = /⟦F\|(?:(\w+)\.)?([^⟧]*)⟧/g;
const PARAMETER = /⟦P\|(\w+)\|(\w+)\|([^⟧]*)⟧/g;

export function hasHook(text: string): boolean {
  return text.includes('⟦H|');
}

/** As its author writes it. */
export function forCompiler(text: string): string {
  return text
    .replaceAll(HOOK, (_mark, glue: Glue) => `${GLUE[glue]}-- @authorize_filter\n`)
    .replaceAll(FREE, (_mark, schema: string | undefined, table: string) => (schema === undefined ? table : `${schema}.${table}`))
    .replaceAll(PARAMETER, (_mark, name: string, type: string) => `@${name}::${type}`);
}

export type Filter = Team | 'nobody' | 'none';

/** As the run time sends it, with a filter; `none` leaves the hooks out, for a policy to do their work. */
export function forServer(text: string, filter: Filter): string {
  return text
    .replaceAll(HOOK, (_mark, _glue: string, about: string) => (filter === 'none' ? '' : ` AND (\n${conditionOf(filter, about)}\n)`))
    .replaceAll(FREE, (_mark, _schema: string | undefined, table: string) => `${EVERYONE}.${table}`)
    .replaceAll(PARAMETER, (_mark, _name: string, type: string, literal: string) => `(${literal})::${type}`);
}

function conditionOf(filter: Team | 'nobody', about: string): string {
  if (filter === 'nobody') return 'false';
  if (about === '') return 'true';
  return about
    .split('|')
    .map((one) => teamFilter(filter, one.slice(one.indexOf(' ') + 1), one.split(' ')[0] as Type))
    .join(' AND ');
}
