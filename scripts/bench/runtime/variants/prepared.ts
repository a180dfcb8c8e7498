/** sqlward on the handle that names what has one plan. */
import pg from 'pg';
import { prepared } from '../../../../src/runtime/index.js';
import type { Variant } from '../cases.js';
import { generatedFunctions } from './sqlward.js';

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return generatedFunctions(prepared(pool), pool);
}
