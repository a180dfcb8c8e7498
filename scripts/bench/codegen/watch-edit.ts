/** How long a save takes to reach the generated file, while `generate --watch` runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, type NodeProgram } from './measure.js';

const READY = 'Watching for changes.';
const GIVES_UP_AFTER_MS = 30_000;
/** Nobody saves faster. */
const BETWEEN_EDITS_MS = 150;

/** Edits one query `times` times; each number is the milliseconds from before the save until the new text stands in the output. */
export async function measureEdits(program: NodeProgram, queryFile: string, generatedFile: string, times: number): Promise<number[]> {
  const child = start(program);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (const deadline = performance.now() + GIVES_UP_AFTER_MS; !(await holds()); await sleep(1)) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${what} did not come:\n${output.slice(-4000)}`);
    }
  };
  const runs = (): number => output.split(READY).length - 1;
  const original = await readFile(queryFile, 'utf8');
  try {
    await until('the first run', () => runs() === 1);
    const durations: number[] = [];
    for (let edit = 1; edit <= times; edit++) {
      const column = `edited_${edit}`;
      const text = original.replace('SELECT id, title, tags FROM', `SELECT id, title, tags, position AS ${column} FROM`);
      const started = performance.now();
      await writeFile(queryFile, text);
      await until('the generated file', async () => (await readFile(generatedFile, 'utf8').catch(() => '')).includes(`edited${edit}`));
      durations.push(performance.now() - started);
      await until('the end of the run', () => runs() > edit);
      await sleep(BETWEEN_EDITS_MS);
    }
    return durations;
  } finally {
    child.kill('SIGTERM');
    await writeFile(queryFile, original);
  }
}
