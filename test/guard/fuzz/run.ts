/** Statement after statement: made, compiled, judged, counted, and shrunk where one does not hold. */
import { Dice } from './dice.js';
import type { Compiler } from './compiler.js';
import { randomStatement, type Statement } from './grammar/statement.js';
import { filterMatters, judge, type JudgeOptions, type Violation } from './judge.js';
import type { Team } from './schema.js';
import { shrink } from './shrink.js';
import { forCompiler } from './text.js';
import type { Worlds } from './worlds.js';

/** How many violations are made small; the rest are shown as they were found. */
const SHRUNK = 25;

export interface Found extends Violation {
  readonly seed: number;
  readonly listed: boolean;
  /** As an author would write it. */
  readonly source: string;
  readonly forms: readonly string[];
}

/** How often something happened, and the shortest statement that it happened to. */
export type Reasons = Record<string, { readonly count: number; readonly example: string }>;

export interface Tally {
  statements: number;
  accepted: number;
  /** Those that compiled, with the tables listed or without, and held. */
  held: number;
  unordered: number;
  readonly invalid: Reasons;
  readonly refused: Reasons;
  readonly uncovered: Reasons;
  /** By SQLSTATE. */
  readonly failed: Reasons;
  /** By form: how many statements have it, and how many of those were accepted. */
  readonly forms: Record<string, { made: number; accepted: number }>;
  /** Refused, written with care, and holding on the server all the same: the guard may be too strict. */
  readonly strict: Reasons;
  readonly found: Found[];
  /** What the compiler threw, which it never should. */
  readonly crashed: Reasons;
}

export function emptyTally(): Tally {
  return {
    statements: 0,
    accepted: 0,
    held: 0,
    unordered: 0,
    invalid: {},
    refused: {},
    uncovered: {},
    failed: {},
    forms: {},
    strict: {},
    found: [],
    crashed: {},
  };
}

export interface Bench {
  readonly worlds: Worlds;
  readonly compiler: Compiler;
}

/** One statement's choices are its seed's; the teams take turns. */
export async function tryOne({ worlds, compiler }: Bench, seed: number, tally: Tally): Promise<void> {
  const dice = Dice.random(seed);
  const statement = randomStatement(dice, worlds.version);
  const source = forCompiler(statement.sql);
  const team: Team = seed % 2 === 0 ? 1 : 1001;
  tally.statements++;
  const verdict = await compiler.compile(source, statement.returns);
  if (verdict.kind === 'crashed' || verdict.kind === 'invalid') {
    add(tally[verdict.kind], verdict.reason, source);
    return;
  }
  countForms(tally, statement, verdict.kind === 'accepted');
  if (verdict.kind !== 'accepted') {
    add(tally[verdict.kind], verdict.reason, source);
    if (seed % 3 === 0) await noteStrict(worlds, statement, verdict.reason, team, tally);
  }
  if (verdict.kind === 'refused') return;
  const listed = verdict.kind === 'accepted';
  if (listed) tally.accepted++;
  const judgement = await judge(worlds, statement, { team, listed });
  switch (judgement.kind) {
    case 'holds':
      tally.held++;
      return;
    case 'unordered':
      tally.unordered++;
      return;
    case 'fails':
      add(tally.failed, judgement.sqlstate, judgement.sql);
      return;
    case 'violation': {
      const shrunk =
        tally.found.length >= SHRUNK
          ? undefined
          : await smallest({ worlds, compiler }, dice.choices, { team, listed }, judgement.violation.kind);
      tally.found.push({ ...(shrunk ?? { ...judgement.violation, source, forms: [...statement.forms] }), seed, listed });
    }
  }
}

function countForms(tally: Tally, { forms }: Statement, accepted: boolean): void {
  for (const form of forms) {
    const counts = (tally.forms[form] ??= { made: 0, accepted: 0 });
    counts.made++;
    if (accepted) counts.accepted++;
  }
}

type Shrunk = Omit<Found, 'seed' | 'listed'>;

/** The plainest statement with a violation of the same kind. */
function smallest(
  { worlds, compiler }: Bench,
  choices: readonly number[],
  options: JudgeOptions,
  kind: Violation['kind'],
): Promise<Shrunk | undefined> {
  return shrink(choices, async (fewer) => {
    const statement = randomStatement(Dice.replay(fewer), worlds.version);
    const source = forCompiler(statement.sql);
    const verdict = await compiler.compile(source, statement.returns);
    if (verdict.kind !== (options.listed ? 'accepted' : 'uncovered')) return undefined;
    const judgement = await judge(worlds, statement, options);
    if (judgement.kind !== 'violation' || judgement.violation.kind !== kind) return undefined;
    return { ...judgement.violation, source, forms: [...statement.forms] };
  });
}

async function noteStrict(worlds: Worlds, statement: Statement, reason: string, team: Team, tally: Tally): Promise<void> {
  if (!statement.careful || !statement.hooked) return;
  if (!(await filterMatters(worlds, statement, team))) return;
  const judgement = await judge(worlds, statement, { team, listed: true });
  if (judgement.kind !== 'holds') return;
  add(tally.strict, reason, forCompiler(statement.sql));
}

function add(reasons: Reasons, reason: string, example: string, count = 1): void {
  const known = reasons[reason];
  reasons[reason] = {
    count: (known?.count ?? 0) + count,
    example: known && known.example.length <= example.length ? known.example : example,
  };
}

/** The sum of two workers' counts. */
export function merged(left: Tally, right: Tally): Tally {
  const sum = (...parts: readonly Reasons[]): Reasons => {
    const all: Reasons = {};
    for (const part of parts) for (const [reason, { count, example }] of Object.entries(part)) add(all, reason, example, count);
    return all;
  };
  const forms = Object.fromEntries(
    [...new Set([...Object.keys(left.forms), ...Object.keys(right.forms)])].map((key) => {
      const [one, two] = [left.forms[key], right.forms[key]];
      return [key, { made: (one?.made ?? 0) + (two?.made ?? 0), accepted: (one?.accepted ?? 0) + (two?.accepted ?? 0) }];
    }),
  );
  return {
    statements: left.statements + right.statements,
    accepted: left.accepted + right.accepted,
    held: left.held + right.held,
    unordered: left.unordered + right.unordered,
    invalid: sum(left.invalid, right.invalid),
    refused: sum(left.refused, right.refused),
    uncovered: sum(left.uncovered, right.uncovered),
    failed: sum(left.failed, right.failed),
    forms,
    strict: sum(left.strict, right.strict),
    found: [...left.found, ...right.found],
    crashed: sum(left.crashed, right.crashed),
  };
}
