/**
 * The truth test: a project's generated functions against a server, with made-up rows and made-up
 * arguments. A value outside its declared type is a lie, wherever it comes from.
 *
 * The project's schema stands in a scratch database; each fill is a copy of it. All databases are
 * dropped at the end.
 */
import type { Compilation } from '../../src/project.js';
import type { Config, Project } from '../../src/config/config.js';
import { compileOn } from './run/compile.js';
import { loadProject, type LoadedProject } from './run/load.js';
import type { Report } from './run/report.js';
import { TruthRun } from './run/run.js';
import { loadSchemaFiles } from './run/schema.js';
import { Scratch } from './run/scratch.js';

export interface TruthOptions {
  readonly serverUrl: string;
  readonly config: Config;
  readonly project: Project;
  /** Each seed draws arguments for every function. */
  readonly seeds: number;
  readonly firstSeed?: number;
  /** How many seeds share one filling of the tables. */
  readonly seedsPerFill?: number;
  readonly report?: (line: string) => void;
  /** Changes what was compiled before it is tried; tests plant lies with it. */
  readonly alter?: (compilation: Compilation) => Compilation;
}

/** Throws a `CompileError` where the project does not compile. */
export async function runTruth(options: TruthOptions): Promise<Report> {
  const started = performance.now();
  const say = options.report ?? ((): void => undefined);
  const scratch = await Scratch.open(options.serverUrl);
  let loaded: LoadedProject | undefined;
  try {
    const template = await scratch.create();
    await loadSchemaFiles(template.url, options.config, options.project);
    const compiled = await compileOn(template.url, options.config, options.project);
    const compilation = options.alter?.(compiled.compilation) ?? compiled.compilation;
    say(`${String(compilation.queries.length)} queries compiled`);
    loaded = await loadProject(compilation);
    const run = new TruthRun({ ...compiled, compilation }, loaded);
    for (const [index, fill] of fills(options).entries()) {
      const copy = await scratch.create(template.name);
      await run.fillAndExecute(copy.url, fill.seed, fill.gentle, fill.seeds, index === fills(options).length - 1);
      await scratch.drop(copy.name);
      say(`seeds ${String(fill.seeds[0])} to ${String(fill.seeds.at(-1))} done`);
    }
    return run.report(options.config.file.path, (performance.now() - started) / 1000);
  } finally {
    await loaded?.remove();
    await scratch.close();
  }
}

/** Which seeds share which filling; the same for a seed whatever else is run, so that one can be run again alone. */
function fills({
  seeds,
  firstSeed = 1,
  seedsPerFill = 20,
}: TruthOptions): { readonly seed: number; readonly gentle: boolean; readonly seeds: readonly number[] }[] {
  const bySeed = new Map<number, number[]>();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const first = seed - ((seed - 1) % seedsPerFill);
    bySeed.set(first, [...(bySeed.get(first) ?? []), seed]);
  }
  return [...bySeed].map(([seed, own]) => ({ seed, gentle: ((seed - 1) / seedsPerFill) % 2 === 0, seeds: own }));
}
