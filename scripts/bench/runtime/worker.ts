/**
 * One variant in a process of its own, so that its CPU time, its memory and its compiled code are
 * its own. It runs what the parent asks for: so many calls of a case, one after the other.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { call, type CaseName, type Variant } from './cases.js';

export interface Request {
  readonly name: CaseName;
  readonly calls: number;
  /** The number of the first call, for arguments that change from call to call. */
  readonly first: number;
}

export interface Sample {
  /** Microseconds of this process's CPU time: user and system, garbage collection included. */
  readonly cpu: number;
  /** Microseconds. */
  readonly wall: number;
  /** What the last call found, in a form that does not depend on the variant. */
  readonly answer: string;
}

const [name, url] = process.argv.slice(2);
if (name === undefined || url === undefined || process.send === undefined) throw new Error('forked by bench:runtime');
const module = (await import(`./variants/${name}.ts`)) as { open(url: string): Promise<Variant> };
const variant = await module.open(url);

const collect = collector();

process.on('message', (request: Request) => {
  void sample(request).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.once('disconnect', () => void variant.close());
process.send({ ready: true });

async function sample({ name, calls, first }: Request): Promise<Sample> {
  const turn = Array.from({ length: calls }, (_, n) => call(name, first + n));
  // What earlier turns left behind is not counted in this one.
  collect();
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  let last: unknown;
  for (const one of turn) last = await one(variant);
  const wall = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpu: user + system, wall: wall * 1000, answer: describe(last) };
}

/** Collects all garbage, as either run time has it. */
function collector(): () => void {
  const bun = Reflect.get(globalThis, 'Bun') as { gc(wait: boolean): void } | undefined;
  if (bun !== undefined) return () => bun.gc(true);
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** How many rows, and the ids of the first and the last, whatever shape they have. */
function describe(answer: unknown): string {
  const rows = Array.isArray(answer) ? answer : [answer];
  const ids = rows.map(idOf);
  return `${ids.length} rows, from ${ids[0] ?? 'none'} to ${ids.at(-1) ?? 'none'}`;
}

function idOf(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row);
  if ('id' in row) return String(row.id);
  return 'connectionLog' in row ? idOf(row.connectionLog) : '?';
}
