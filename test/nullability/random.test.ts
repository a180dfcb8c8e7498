/** No lie over random queries: nothing called not null yields NULL, no query gives more rows than proven. */
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/sql/edits.js';
import { analyzeSql, useDatabase } from './cases.js';
import { RANDOM_SCHEMA, randomStar } from '../truth/random/generate.js';
import { judgeRandom } from '../truth/random/judge.js';

const FIRST = Number(process.env['RANDOM_FIRST'] ?? 1);
const COUNT = Number(process.env['RANDOM_QUERIES'] ?? 600);

describe('random queries', () => {
  const ground = useDatabase(RANDOM_SCHEMA);

  it(`holds for ${COUNT} of them`, async () => {
    const { executed, refused, proven, nulls, lies } = await judgeRandom(ground(), { first: FIRST, count: COUNT });
    expect(lies).toEqual([]);
    // The queries are worth asking: most run, and both claims and NULLs are frequent.
    expect(executed, JSON.stringify([...refused])).toBeGreaterThan(COUNT * 0.8);
    expect(proven).toBeGreaterThan(executed * 0.3);
    expect(nulls).toBeGreaterThan(executed * 0.3);
  }, 600_000);

  it('gives what a star stands for', async () => {
    const { client } = ground();
    const wrong: string[] = [];
    let written = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const sql = randomStar(seed);
      const text = (query: string): { readonly text: string; readonly rowMode: 'array' } => ({
        text: `${query} LIMIT 5`,
        rowMode: 'array',
      });
      let before: pg.QueryArrayResult<unknown[]>;
      try {
        before = await client.query<unknown[]>(text(sql));
      } catch {
        continue;
      }
      const result = await analyzeSql(ground(), sql);
      const names = (fields: readonly pg.FieldDef[]): string => fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`).join();
      if (result.columns.map(({ name }) => name).join() !== before.fields.map(({ name }) => name).join())
        wrong.push(`seed ${seed}: ${sql}`);
      if (result.stars.some(({ expandable }) => !expandable)) continue;
      written++;
      const expanded = applyEdits(sql, result.stars).text;
      const after = await client.query<unknown[]>(text(expanded)).catch((error: unknown) => String(error));
      if (typeof after === 'string' || names(after.fields) !== names(before.fields))
        wrong.push(`seed ${seed}: ${sql} → ${expanded}: ${typeof after === 'string' ? after : ''}`);
    }
    expect(wrong).toEqual([]);
    expect(written).toBeGreaterThan(COUNT * 0.3);
  }, 600_000);
});
