/** A request's query string as arguments of both queries: parsed, checked, and its organization looked up. */
import { findOrganization } from '@sqlward/connection-logs';
import type { Database } from 'sqlward';
import { BadRequest } from '../routes/problem.js';
import type { Search } from './keys.js';
import { parseSearch, type Problem } from './parse.js';

export interface Page {
  readonly limitOpt: number;
  readonly offsetOpt: number;
}

export interface SearchRequest {
  readonly search: Search;
  readonly page: Page;
}

const MAX_LIMIT = 1000;
const MAX_OFFSET = 2 ** 31 - 1;
/** An organization that no log has: an unknown name finds nothing, as an unknown user name does. */
const NO_ORGANIZATION = 'ffffffff-ffff-4fff-bfff-ffffffffffff';

/** Throws `BadRequest` with every problem of the query string. */
export async function readRequest(db: Database, query: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<SearchRequest> {
  const problems: Problem[] = [];
  const { q, limit, offset, ...others } = query;
  for (const field of Object.keys(others)) problems.push({ field, detail: 'no such parameter; there are q, limit and offset' });
  const parsed = parseSearch(textOf(q, 'q', problems));
  problems.push(...parsed.problems);
  const page = {
    limitOpt: numberOf(limit, 'limit', MAX_LIMIT, problems),
    offsetOpt: numberOf(offset, 'offset', MAX_OFFSET, problems),
  };
  if (problems.length > 0) throw new BadRequest(problems);
  if (parsed.organization === undefined) return { search: parsed.search, page };
  const [organization] = await findOrganization(db, { idOrName: parsed.organization }, { signal });
  return { search: { ...parsed.search, organizationId: organization?.id ?? NO_ORGANIZATION }, page };
}

function textOf(value: unknown, field: string, problems: Problem[]): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  problems.push({ field, detail: 'is there twice' });
  return '';
}

/** 0 where it is absent: the queries' own default. */
function numberOf(value: unknown, field: string, most: number, problems: Problem[]): number {
  const text = textOf(value, field, problems);
  const number = text === '' ? 0 : Number(text);
  if (/^\d*$/.test(text) && number <= most) return number;
  problems.push({ field, detail: `must be a whole number from 0 to ${most}` });
  return 0;
}
