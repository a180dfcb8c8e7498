/** One annotated query through every stage of the compiler; docs/architecture.md draws them. */
import { queryColumns, queryParameter } from './assemble-query.js';
import { type Analysis, readable } from './analysis/index.js';
import { type Accepted, type Answer, askWithCasts } from './casts/index.js';
import { analyzeResult, callsOfConnection, hasOnePlan, isOfConnection, isReadOnly, review } from './types/index.js';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import { type EmbedsInput, planPresence, resolveEmbeds } from './embeds/index.js';
import type { Identity } from './identities/index.js';
import { checkGuard, checkHooks, explainHooks, findTables } from './guard/index.js';
import { analyzeParameters, type ParameterAnalysis } from './parameters/index.js';
import { isStackOverflow, ParseError, parseOne, type ParsedStatement, TOO_DEEP } from './parse.js';
import type { CompiledQuery, Overriding } from './query.js';
import {
  type AnnotatedQuery,
  commentEdits,
  COMMANDS,
  copyTarget,
  inQuery,
  overridingEdits,
  rewriteQuery,
  type RewrittenQuery,
  roleWarnings,
  syntaxDiagnostic,
  validateCommand,
} from './dialect/index.js';
import { type Catalog, findRelation } from '../catalog/index.js';
import type { DescribeFailure, Describer } from '../database/index.js';
import type { Edit } from '../sql/index.js';

/** What the stages after the parser need from an open database. */
export interface Ground {
  readonly catalog: Catalog;
  readonly describer: Describer;
  /** The relations that may only be read through a filter (`guard.require`), by OID. */
  readonly listed: ReadonlySet<number>;
  /** Whether the configuration itself names a database; see `Project.managed`. */
  readonly managed: boolean;
  /** Whether to write a cast if PostgreSQL reads one parameter as two types; see `casts/`. */
  readonly inferCasts: boolean;
  /** Which keys values belong to; only if keys are branded. */
  readonly identity?: Identity | undefined;
  /** The failure in the schema that a refusal follows from. */
  readonly causeOf?: (refusal: DescribeFailure) => Diagnostic | undefined;
  /** What is said of a type or of a column; the same function for the whole run, because analyses are cached by it. */
  readonly override: Overriding;
}

export interface QueryOutcome {
  /** Undefined if a diagnostic is an error, or if no database could be asked. */
  readonly query: CompiledQuery | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The database stopped answering, and will not answer for the next query either. */
  readonly lost?: boolean;
}

const FLATTER = 'Write it flatter: a list of values as an array, a long sum as an aggregate, a nest of subqueries as a WITH clause.';

/** Without a ground, everything that needs no database is still checked, so that one run reports all problems. */
export async function compileQuery(annotated: AnnotatedQuery, ground: Ground | undefined): Promise<QueryOutcome> {
  try {
    return await compile(annotated, ground);
  } catch (error) {
    if (error instanceof CompileError) return { query: undefined, diagnostics: error.diagnostics, lost: true };
    if (!isStackOverflow(error)) throw error;
    return { query: undefined, diagnostics: [{ severity: 'error', message: TOO_DEEP, remedy: FLATTER, ...inQuery(annotated) }] };
  }
}

async function compile(annotated: AnnotatedQuery, ground: Ground | undefined): Promise<QueryOutcome> {
  const { rewritten, diagnostics: found } = rewriteQuery(annotated);
  if (!rewritten) return { query: undefined, diagnostics: found };
  const { statement, error } = parse(rewritten);
  const diagnostics = [...found, ...checkHooks(rewritten, statement)];
  if (!statement) {
    // The guard explains misplaced hooks; any other syntax error is reported as it is.
    if (error && diagnostics.every(({ severity }) => severity !== 'error')) diagnostics.push(syntaxDiagnostic(rewritten, error));
    return { query: undefined, diagnostics };
  }
  diagnostics.push(...validateCommand(rewritten, statement));
  if (!ground) return { query: undefined, diagnostics: [...diagnostics, ...explainHooks(rewritten)] };
  const outcome = await describeAndAnalyze(rewritten, statement, ground);
  // A hook in the wrong clause may be the reason why PostgreSQL refuses the query.
  if (outcome.diagnostics.some(({ sqlstate }) => sqlstate !== undefined)) diagnostics.push(...explainHooks(rewritten));
  diagnostics.push(...outcome.diagnostics);
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { query: failed ? undefined : outcome.query, diagnostics };
}

function parse(rewritten: RewrittenQuery): { readonly statement?: ParsedStatement; readonly error?: ParseError } {
  try {
    return { statement: parseOne(rewritten.text) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { error };
  }
}

/** Of a number that is no parameter's. */
const NOTHING_HELD = { nullable: false, elementsNullable: false, dimensions: 0 };

async function describeAndAnalyze(rewritten: RewrittenQuery, statement: ParsedStatement, ground: Ground): Promise<QueryOutcome> {
  const { catalog, describer, override, managed } = ground;
  const copy = copyOf(rewritten, statement, catalog);
  const overriding = copy ? overridingEdits(copy, rewritten, statement) : [];
  const expanded = mayBeExpanded(statement, catalog);
  const ask = (more: readonly Edit[]): Promise<Answer> => {
    const edits = [...overriding, ...more];
    const describe: Describer['describe'] = (text) => describer.describe(text, expanded);
    const withoutComments = [...edits, ...commentEdits(rewritten, edits)];
    return askWithCasts({ rewritten, edits: withoutComments, describe, catalog, infer: ground.inferCasts, causeOf: ground.causeOf });
  };
  const written = await ask([]);
  if (written.description === undefined) return { query: undefined, diagnostics: written.diagnostics };
  const { analysis, description } = written;
  const typeOids = description.parameterTypeOids;
  const parameters = analyzeParameters({ rewritten, statement, analysis, catalog, typeOids, managed, override });
  const result = analyzeResult({ statement, analysis, catalog, override, parameter: (number) => parameters[number - 1] ?? NOTHING_HELD });
  const presence = planPresence(rewritten, statement, result);
  const more = [...result.stars.filter(({ expandable }) => expandable), ...presence.edits];
  // What runs is what was described.
  const answer = more.length === 0 ? written : await ask(more);
  if (answer.description === undefined) return { query: undefined, diagnostics: answer.diagnostics };
  // The columns that tell whether an embed is there come last, and the caller does not see them.
  const columns = answer.description.columns.slice(0, answer.description.columns.length - presence.embeds.length);
  const known = { rewritten, statement, catalog, result, description: { ...answer.description, columns }, asked: presence.embeds };
  return finish(known, parameters, copy, answer, ground);
}

/** Checks embeds, problems that PostgreSQL does not see, and the guard; makes the query if there is no error. */
function finish(
  known: EmbedsInput,
  parameters: readonly ParameterAnalysis[],
  copy: CompiledQuery['copy'],
  answer: Accepted,
  ground: Ground,
): QueryOutcome {
  const { rewritten, statement, catalog, result, description } = known;
  const { analysis, sent } = answer;
  const { cardinality } = result;
  const diagnostics = [...answer.diagnostics, ...roleWarnings(rewritten, catalog)];
  const embeds = resolveEmbeds(known, diagnostics);
  diagnostics.push(...review(rewritten, cardinality, catalog, description.parameterTypeOids));
  if (diagnostics.some(({ severity }) => severity === 'error')) return { query: undefined, diagnostics };
  const proof = checkGuard({ rewritten, statement, analysis, catalog, listed: ground.listed });
  diagnostics.push(...proof.diagnostics);
  if (proof.diagnostics.length > 0) return { query: undefined, diagnostics };
  const tables = analysis && readable(() => findTables(analysis, catalog), undefined);
  if (analysis && tables === undefined) {
    const message = `"${rewritten.annotated.name}" is nested too deeply to be followed: its columns count as nullable, and no report lists its tables`;
    diagnostics.push({ severity: 'warning', message, remedy: FLATTER, ...inQuery(rewritten.annotated) });
  }
  const { reads, writes } = tables ?? { reads: [], writes: [] };
  const isAlone = reads.length === 0 && writes.length === 0;
  const { name, command } = rewritten.annotated;
  const returnsRows = COMMANDS[command].rows !== 'none';
  const identities = ground.identity?.ofQuery(analysis);
  // Without the server's analysis, or with one that cannot be read, nothing is proven.
  const isProven = (proof: (levels: Analysis['plannedLevels']) => boolean): boolean =>
    analysis !== undefined && readable(() => proof(analysis.plannedLevels), false);
  const query = {
    rewritten,
    name,
    command,
    text: sent.text,
    cardinality: returnsRows ? cardinality : 'none',
    hooks: rewritten.hooks.map(({ at, until }) => ({ at: sent.target(at), until: sent.target(until) })),
    proof,
    onePlan: isProven((levels) => hasOnePlan(levels, catalog)),
    readOnly: isProven((levels) => isReadOnly(levels, catalog)),
    oneConnection: isOfConnection(statement) || isProven((levels) => callsOfConnection(levels, catalog, isAlone)),
    parameters: parameters.map((parameter) => queryParameter(parameter, known, identities)),
    columns: returnsRows ? queryColumns(known, embeds, identities) : [],
    embeds,
    reads,
    writes,
    copy,
  };
  return { query, diagnostics };
}

const CHANGED = /"(?:InsertStmt|UpdateStmt|DeleteStmt|MergeStmt|search_clause|cycle_clause)":/;

/**
 * Whether PostgreSQL may plan something else than what is written: defaults and rules of a change, views,
 * policies. By the names alone, of which each may be any relation that has it, in whatever schema.
 */
function mayBeExpanded({ statement }: ParsedStatement, { relationsByName }: Catalog): boolean {
  const tree = JSON.stringify(statement);
  if (!('SelectStmt' in statement) || CHANGED.test(tree)) return true;
  const named = (key: string): readonly string[] =>
    [...tree.matchAll(new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*")`, 'g'))].map(([, name = '']) => String(JSON.parse(name)));
  const ctes = new Set(named('ctename'));
  return named('relname').some((name) => {
    const relations = relationsByName.get(name) ?? [];
    return relations.some(({ kind, rowSecurity }) => kind === 'view' || rowSecurity) || (relations.length === 0 && !ctes.has(name));
  });
}

function copyOf(rewritten: RewrittenQuery, statement: ParsedStatement, catalog: Catalog): CompiledQuery['copy'] {
  if (COMMANDS[rewritten.annotated.command].takes !== 'rows') return undefined;
  const target = copyTarget(statement);
  const relation = target && findRelation(catalog, target.schema, target.relation);
  if (!target || !relation) return undefined;
  // Without a column list the values fill the first columns, in the table's order.
  const columns = target.columns ?? relation.columns.slice(0, target.parameters.length).map(({ name }) => name);
  return { relation, columns, parameters: target.parameters };
}
