/**
 * The long run of `test/guard/fuzz.test.ts`: `npm run fuzz:guard -- [statements] [seed]`.
 *
 * Random statements of every form go through the compiler, and what is accepted is run on a
 * PostgreSQL of its own; see `test/guard/fuzz/judge.ts` for what must hold. Prints what it covers as
 * it goes, and at its end what was refused and why, which forms were accepted, and each violation
 * with the seed that finds it again. Exits 1 where there is one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openCompiler } from '../test/guard/fuzz/compiler.js';
import { missingForms, report, summary, violationText } from '../test/guard/fuzz/report.js';
import { emptyTally, merged, tryOne, type Tally } from '../test/guard/fuzz/run.js';
import { openWorlds } from '../test/guard/fuzz/worlds.js';
import { startServer } from '../test/support/server.js';

const REPORT_EVERY = 1_000;
/** Less would prove little: a guard that refuses everything has no violation either. */
const LEAST_ACCEPTED = 0.3;

interface Work {
  readonly serverUrl: string;
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

if (process.send) process.once('message', (work: Work) => void worker(work));
else await main();

async function main(): Promise<void> {
  const total = Number(process.argv[2] ?? 20_000);
  const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
  if (!Number.isSafeInteger(total) || total < 1 || !Number.isSafeInteger(seed)) {
    console.error('usage: npm run fuzz:guard -- [statements] [seed]');
    process.exit(2);
  }
  const server = await startServer();
  const started = performance.now();
  const tallies = new Map<number, Tally>();
  const sum = (): Tally => [...tallies.values()].reduce(merged, emptyTally());
  let printed = 0;
  const workers = Math.min(availableParallelism(), total);
  try {
    await Promise.all(
      Array.from({ length: workers }, (_one, index) =>
        runWorker({ serverUrl: server.url, first: seed + index, step: workers, end: seed + total }, (tally) => {
          const known = tallies.get(index)?.found.length ?? 0;
          tallies.set(index, tally);
          for (const found of tally.found.slice(known)) console.log(violationText(found).join('\n'));
          const all = sum();
          if (all.statements < printed + 10 * REPORT_EVERY) return;
          printed = all.statements;
          console.log(`${((performance.now() - started) / 1000).toFixed(0)} s: ${summary(all)}`);
        }),
      ),
    );
  } finally {
    await server.stop();
  }
  const all = sum();
  console.log(report(all));
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s, from seed ${seed}`);
  const missing = missingForms(all);
  if (missing.length > 0) console.log(`never accepted: ${missing.join(', ')}`);
  const proves = all.accepted >= LEAST_ACCEPTED * all.statements && missing.length === 0;
  process.exitCode = all.found.length === 0 && Object.keys(all.crashed).length === 0 && proves ? 0 : 1;
}

/** A process a core; each sends its counts as it goes. */
function runWorker(work: Work, onTally: (tally: Tally) => void): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url));
  return new Promise((resolve, reject) => {
    child.on('message', (tally: Tally) => onTally(tally));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))));
    child.send(work);
  });
}

async function worker({ serverUrl, first, step, end }: Work): Promise<void> {
  const worlds = await openWorlds(serverUrl, 'fuzz_guard_');
  const compiler = await openCompiler(worlds.url);
  const tally = emptyTally();
  for (let seed = first; seed < end; seed += step) {
    await tryOne({ worlds, compiler }, seed, tally);
    if (tally.statements % REPORT_EVERY === 0) process.send?.(tally);
  }
  process.send?.(tally);
  await compiler.close();
  await worlds.close();
  process.disconnect();
}
