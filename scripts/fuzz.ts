/**
 * The long run of `test/authorize/fuzz.test.ts`: `npm run fuzz -- [fragments] [seed]`.
 *
 * Every fragment is judged in one of the guarded statements by PostgreSQL's own parser. Then a server
 * answers for one in fifty, in databases and sessions of every encoding. Prints what it covers as it
 * goes, and exits 1 at the first escape, with the seed that finds it again.
 */
import fc from 'fast-check';
import { loadModule } from 'libpg-query';
import { authorize, AuthorizeFilterError, filterText } from '../src/runtime/authorize/index.js';
import { encodedFragment, openSessions } from '../test/authorize/fuzz/encodings.js';
import { fragment } from '../test/authorize/fuzz/fragments.js';
import { judgeFragment, judgeTemplate, type Outcome } from '../test/authorize/fuzz/property.js';
import { startServer } from '../test/support/server.js';

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
  const templates = fc.tuple(
    fragment,
    fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    fc.nat(),
  );
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

await askServers(Math.ceil(total / 50), firstSeed);

/** Fragments with characters that the encodings read differently, each in one session after another. */
async function askServers(numRuns: number, seed: number): Promise<void> {
  const server = await startServer();
  try {
    const sessions = await openSessions(server.url);
    const answers = { rows: 0, refused: 0, error: 0 };
    let turn = 0;
    const property = fc.asyncProperty(encodedFragment, async (text) => {
      let condition: string;
      try {
        condition = filterText(authorize.fromText(text), 0);
      } catch (error) {
        if (!(error instanceof AuthorizeFilterError)) throw error;
        answers.refused++;
        return;
      }
      // Several fragments in a row, because a change of the session takes longer than a statement.
      const session = sessions.all[Math.floor(turn++ / 20) % sessions.all.length];
      const found = await session?.rows(condition);
      if (found === 1) throw new Error(`escaped with ${session?.name ?? ''}:\n${condition}`);
      if (found === 0) answers.rows++;
      else answers.error++;
    });
    const details = await fc.check(property, { numRuns, seed });
    await sessions.close();
    if (details.failed) {
      console.error(`seed ${seed}: ${JSON.stringify(details.counterexample)}\n${String(details.errorInstance)}`);
      process.exitCode = 1;
      return;
    }
    console.log(
      `${numRuns.toLocaleString('en')} fragments in ${sessions.all.length} sessions of other encodings: ${answers.rows.toLocaleString('en')} contained, ` +
        `${answers.error.toLocaleString('en')} that the server does not take, ${answers.refused.toLocaleString('en')} refused, no escape`,
    );
  } finally {
    await server.stop();
  }
}
