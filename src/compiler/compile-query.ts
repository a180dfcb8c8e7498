/** One annotated query through every stage of the compiler; docs/architecture.md draws them. */
import { queryColumns, queryParameter } from './assemble-query.js';
import { type Analysis, readable } from './analysis/index.js';
import { askWithCasts, type Answer } from './casts/index.js';
import { analyzeResult, callsOfConnection, hasOnePlan, isOfConnection, isReadOnly, type ResultAnalysis, review } from './types/index.js';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import { planPresence, type Presence, resolveEmbeds } from './embeds/index.js';
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
import type { DescribeFailure, Describer, Description } from '../database/index.js';
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

/** A query that PostgreSQL's parser has read, with what its answers depend on. */
interface Read {
  readonly rewritten: RewrittenQuery;
  readonly statement: ParsedStatement;
  readonly copy: CompiledQuery['copy'];
  /** Whether to ask for what rewriting makes of it, too. */
  readonly expanded: boolean;
  readonly ground: Ground;
}

/** For a text that the server did not refuse. */
type Described = Answer & { readonly description: Description };

/** Describes the text with the edits and without the author's comments; an outcome if it is refused, or no longer answered. */
async function ask({ rewritten, expanded, ground }: Read, edits: readonly Edit[]): Promise<Described | QueryOutcome> {
  const { catalog, describer } = ground;
  try {
    const answer = await askWithCasts({
      rewritten,
      edits: [...edits, ...commentEdits(rewritten, edits)],
      describe: (text) => describer.describe(text, expanded),
      catalog,
      infer: ground.inferCasts,
      causeOf: ground.causeOf,
    });
    const { description, diagnostics } = answer;
    return description ? { ...answer, description } : { query: undefined, diagnostics };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { query: undefined, diagnostics: error.diagnostics, lost: true };
  }
}

async function describeAndAnalyze(rewritten: RewrittenQuery, statement: ParsedStatement, ground: Ground): Promise<QueryOutcome> {
  const copy = copyOf(rewritten, statement, ground.catalog);
  const read = { rewritten, statement, copy, expanded: mayBeExpanded(statement, ground.catalog), ground };
  const overriding = copy ? overridingEdits(copy, rewritten, statement) : [];
  const written = await ask(read, overriding);
  if ('query' in written) return written;
  const understood = understand(read, written);
  const presence = planPresence(rewritten, statement, understood.result);
  const stars = understood.result.stars.filter(({ expandable }) => expandable).map(({ start, end, text }) => ({ start, end, text }));
  const more = [...stars, ...presence.edits];
  // What runs is what was described.
  const answer = more.length === 0 ? written : await ask(read, [...overriding, ...more]);
  return 'query' in answer ? answer : finish(read, understood, answer, presence.embeds);
}

interface Understood {
  readonly parameters: readonly ParameterAnalysis[];
  readonly result: ResultAnalysis;
}

/** What the author's own text takes and gives. */
function understand({ rewritten, statement, ground }: Read, { analysis, description }: Described): Understood {
  const { catalog, override, managed } = ground;
  const typeOids = description.parameterTypeOids;
  const parameters = analyzeParameters({ rewritten, statement, analysis, catalog, typeOids, managed, override });
  const result = analyzeResult({
    statement,
    analysis,
    catalog,
    override,
    parameter: (number) => {
      const parameter = parameters[number - 1];
      const type = catalog.types.get(typeOids[number - 1] ?? 0);
      return {
        nullable: parameter?.nullable ?? false,
        elementsNullable: (type && override(type, parameter?.column)?.nullableElements) ?? parameter?.elementsNullable ?? false,
        dimensions: parameter?.dimensions ?? 0,
      };
    },
  });
  return { parameters, result };
}

/** Checks embeds, problems that PostgreSQL does not see, and the guard; makes the query if there is no error. */
function finish(read: Read, { parameters, result }: Understood, answer: Described, asked: Presence['embeds']): QueryOutcome {
  const { rewritten, statement, copy, ground } = read;
  const { catalog } = ground;
  const { analysis, sent } = answer;
  // The columns that tell whether an embed is there come last, and the caller does not see them.
  const { columns, ...described } = answer.description;
  const description = { ...described, columns: columns.slice(0, columns.length - asked.length) };
  const known = { rewritten, statement, catalog, result, description, asked };
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
