/** A program from its start to its end: how long it took, its share of the processor, and its memory at the peak. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Measured {
  readonly milliseconds: number;
  /** Milliseconds of processor time, all threads together: what a busy machine does not change. */
  readonly cpuMilliseconds: number;
  /** Megabytes of resident memory, worker threads included. */
  readonly peakMegabytes: number;
}

export interface NodeProgram {
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a script with this Node; rejects with what it printed where it fails. */
export async function measure(program: NodeProgram): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-bench-'));
  const usage = join(folder, 'usage');
  // The kernel's own count, written by the process itself as the last thing it does.
  const observer = `import{writeFileSync}from'node:fs';process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();writeFileSync(${JSON.stringify(usage)},[maxRSS,userCPUTime+systemCPUTime].join())})`;
  try {
    const started = performance.now();
    await ended(start(program, ['--import', `data:text/javascript,${encodeURIComponent(observer)}`]));
    const milliseconds = performance.now() - started;
    const [kilobytes = NaN, microseconds = NaN] = (await readFile(usage, 'utf8')).split(',').map(Number);
    return { milliseconds, cpuMilliseconds: microseconds / 1000, peakMegabytes: kilobytes / 1024 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function start({ script, args, cwd, environment }: NodeProgram, flags: readonly string[] = []): ChildProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:DATABASE_URL$|PG|NODE_OPTIONS$|npm_)/.test(name)),
  );
  return spawn(process.execPath, [...flags, script, ...args], {
    cwd,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}\n${output.slice(-4000)}`)),
    );
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
