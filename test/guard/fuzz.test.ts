/**
 * Random statements, judged by the compiler and by PostgreSQL: what compiles must say and change
 * nothing beyond what the filter lets through. `npm run fuzz:guard` makes as many as there is time for.
 */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openCompiler, type Compiler } from './fuzz/compiler.js';
import { missingForms, report } from './fuzz/report.js';
import { emptyTally, tryOne } from './fuzz/run.js';
import { openWorlds, type Worlds } from './fuzz/worlds.js';

const STATEMENTS = 1_000;
const FIRST_SEED = 1;
/** While the server works on one statement, the compiler works on another. */
const LANES = 3;

let worlds: Worlds;
let compiler: Compiler;

beforeAll(async () => {
  worlds = await openWorlds(inject('databaseUrl'), inject('databasePrefix'));
  compiler = await openCompiler(worlds.url);
});

afterAll(async () => {
  await compiler?.close();
  await worlds?.close();
});

test('what compiles reveals and changes nothing beyond the filter', async () => {
  const tally = emptyTally();
  const lane = async (first: number): Promise<void> => {
    for (let seed = first; seed < FIRST_SEED + STATEMENTS; seed += LANES) await tryOne({ worlds, compiler }, seed, tally);
  };
  await Promise.all(Array.from({ length: LANES }, (_one, index) => lane(FIRST_SEED + index)));
  expect(tally.found.length + Object.keys(tally.crashed).length, report(tally)).toBe(0);
  expect(missingForms(tally)).toEqual([]);
  expect(tally.accepted).toBeGreaterThan(0.3 * STATEMENTS);
}, 600_000);
