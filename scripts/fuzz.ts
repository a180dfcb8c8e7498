/**
 * The long run of `test/authorize/fuzz.test.ts`: `npm run fuzz -- [fragments] [seed]`.
 *
 * Every fragment is judged in one of the guarded statements by PostgreSQL's own parser. Prints what
 * it covers as it goes, and exits 1 at the first escape, with the seed that finds it again.
 */
import fc from 'fast-check';
import { loadModule } from 'libpg-query';
import { fragment } from '../test/authorize/fuzz/fragments.js';
import { judgeFragment, judgeTemplate, type Outcome } from '../test/authorize/fuzz/property.js';

const ROUND = 50_000;

const total = Number(process.argv[2] ?? 3_000_000);
const firstSeed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
if (!Number.isSafeInteger(total) || total < 1 || !Number.isSafeInteger(firstSeed)) {
  console.error('usage: npm run fuzz -- [fragments] [seed]');
  process.exit(2);
}
await loadModule();

const started = performance.now();
const seen: Record<Outcome, number> = { contained: 0, invalid: 0, refused: 0 };
let covered = 0;
for (let round = 0; covered < total; round++) {
  const seed = firstSeed + round;
  const numRuns = Math.min(ROUND, total - covered);
  const templates = fc.tuple(fragment, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), fc.nat());
  // Every fifth round cuts templates; the others give whole texts.
  const details =
    round % 5 === 4
      ? fc.check(
          fc.property(templates, ([text, places, kinds, choice]) => {
            seen[judgeTemplate(text, places, kinds, choice)]++;
          }),
          { numRuns, seed },
        )
      : fc.check(
          fc.property(fragment, fc.nat(), (text, choice) => {
            seen[judgeFragment(text, choice)]++;
          }),
          { numRuns, seed },
        );
  if (details.failed) {
    console.error(`seed ${seed}: ${JSON.stringify(details.counterexample)}\n${String(details.errorInstance)}`);
    process.exit(1);
  }
  covered += numRuns;
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${covered.toLocaleString('en')} fragments in ${seconds.toFixed(0)} s: ${seen.contained.toLocaleString('en')} contained, ` +
      `${seen.invalid.toLocaleString('en')} that no server takes, ${seen.refused.toLocaleString('en')} refused, no escape`,
  );
}
