/**
 * Samples of all variants, interleaved: in every round the variants take a short turn at each case, in
 * an order that changes. A ratio is taken within a round, against the baseline in the same round, so
 * that a machine that grows slower or faster moves both.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { CASES, type CaseName } from './cases.js';
import type { Request, Sample } from './worker.js';

export interface Figure {
  readonly median: number;
  /** The quartiles. */
  readonly low: number;
  readonly high: number;
}

export interface Measurement {
  readonly name: CaseName;
  readonly variant: string;
  readonly cpu: Figure;
  readonly wall: Figure;
  /** To the baseline's, within each round. */
  readonly cpuRatio: Figure;
  readonly wallRatio: Figure;
}

export class Worker {
  private constructor(
    readonly variant: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param runTime what runs the program, where that is not this Node. */
  static async start(program: string, variant: string, url: string, runTime = process.execPath): Promise<Worker> {
    const child = fork(program, [variant, url], { execPath: runTime, execArgv: [], serialization: 'json' });
    const worker = new Worker(variant, child);
    await worker.#reply();
    return worker;
  }

  async sample(request: Request): Promise<Sample> {
    this.child.send(request);
    return (await this.#reply()) as Sample;
  }

  /** Resolves when the process has ended, its connections closed. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.connected) this.child.disconnect();
    await ended;
  }

  #reply(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`${this.variant} ended with ${code}`));
      this.child.once('exit', onExit);
      this.child.once('message', (message) => {
        this.child.off('exit', onExit);
        if (typeof message === 'object' && message !== null && 'error' in message)
          reject(new Error(`${this.variant}: ${String(message.error)}`));
        else resolve(message);
      });
    });
  }
}

export interface Plan {
  readonly cases: readonly CaseName[];
  readonly rounds: number;
  readonly baseline: string;
  readonly onRound?: (round: number) => void;
}

/** Microseconds a call, in one round. */
interface Round {
  readonly cpu: number;
  readonly wall: number;
}

/** Runs the plan; rejects where two variants answer differently. */
export async function sampleAll(workers: readonly Worker[], plan: Plan): Promise<Measurement[]> {
  const rounds = new Map<string, Round[]>();
  const key = (name: CaseName, variant: string): string => `${name} ${variant}`;
  plan.onRound?.(-1);
  for (const name of plan.cases) {
    for (const worker of workers) await worker.sample({ name, calls: CASES[name].warmUp, first: 0 });
  }
  for (let round = 0; round < plan.rounds; round++) {
    plan.onRound?.(round);
    for (const name of plan.cases) {
      for (const [variant, figures] of await sampleRound(workers, name, round)) {
        rounds.set(key(name, variant), [...(rounds.get(key(name, variant)) ?? []), figures]);
      }
    }
  }
  return plan.cases.flatMap((name) => {
    const baseline = rounds.get(key(name, plan.baseline)) ?? [];
    return workers.map(({ variant }): Measurement => {
      const own = rounds.get(key(name, variant)) ?? [];
      const ratios = (metric: keyof Round): Figure => figure(own.map((one, round) => one[metric] / (baseline[round]?.[metric] ?? NaN)));
      return {
        name,
        variant,
        cpu: figure(own.map(({ cpu }) => cpu)),
        wall: figure(own.map(({ wall }) => wall)),
        cpuRatio: ratios('cpu'),
        wallRatio: ratios('wall'),
      };
    });
  });
}

/** One case, the variants taking turns. */
async function sampleRound(workers: readonly Worker[], name: CaseName, round: number): Promise<Map<string, Round>> {
  const { calls } = CASES[name];
  const figures = new Map<string, Round>();
  const answers = new Map<string, string>();
  for (const worker of rotated(workers, round)) {
    const { cpu, wall, answer } = await worker.sample({ name, calls, first: round * calls });
    figures.set(worker.variant, { cpu: cpu / calls, wall: wall / calls });
    answers.set(worker.variant, answer);
  }
  if (new Set(answers.values()).size > 1) {
    throw new Error(
      `the variants answer ${name} differently:\n${[...answers].map(([variant, answer]) => `  ${variant}: ${answer}`).join('\n')}`,
    );
  }
  return figures;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const below = sorted[Math.floor(position)] ?? NaN;
    const above = sorted[Math.ceil(position)] ?? NaN;
    return below + (above - below) * (position - Math.floor(position));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % values.length;
  const turned = [...values.slice(start), ...values.slice(0, start)];
  return by % 2 === 0 ? turned : turned.reverse();
}
