/**
 * Whether a query's command fits its statement, judged on the tree alone.
 *
 * Invariant: a command that could never do what it says is an error at the author's line, before
 * any database is asked.
 */
import type { Relation } from '../../catalog/index.js';
import type { Edit } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { changeIn, type InsertStmt, type Node, parameterNumber, type ParsedStatement, uncast } from '../parse.js';
import { COMMANDS } from './command.js';
import type { RewrittenQuery } from './rewrite.js';
import { errorIn } from './split.js';

/** What `:copyfrom` streams into: the table, and for each value of the row its column and parameter. */
export interface CopyTarget {
  readonly schema: string | undefined;
  readonly relation: string;
  /** The column list; undefined if there is none, which means the table's columns in order. */
  readonly columns: readonly string[] | undefined;
  /** The parameter's number for each value. */
  readonly parameters: readonly number[];
}

/** An error, at a location of the tree or at the annotation. */
type Finding = readonly [message: string, remedy: string, location?: number | undefined];

/** The errors of a command. */
export function validateCommand(rewritten: RewrittenQuery, { statement, offset }: ParsedStatement): readonly Diagnostic[] {
  const { annotated, origin } = rewritten;
  return [...findings(rewritten, statement)].map(([message, remedy, location]) => {
    const error = errorIn(annotated, message, remedy);
    return location === undefined ? error : { ...error, start: origin(offset(location)), end: undefined };
  });
}

function* findings({ annotated: { command, name }, parameters }: RewrittenQuery, node: Node): Iterable<Finding> {
  const { rows, takes, withoutRows, once } = COMMANDS[command];
  if (takes === 'rows') yield* readCopy(node).wrong;
  // COPY with a file on the server is fine.
  else if ('CopyStmt' in node && node.CopyStmt.filename === undefined) {
    const [stream, remedy] = node.CopyStmt.is_from
      ? ['FROM STDIN', 'Write an INSERT of bare parameters and use :copyfrom.']
      : ['TO STDOUT', 'Write the SELECT and use :many.'];
    yield [`COPY ${stream} is a stream, and a generated function has none`, remedy];
  }
  const changed = changeIn(node);
  if (rows !== 'none' && changed && changed.change.returningClause?.exprs === undefined) {
    const message = `query "${name}" specifies parameter ":${command}" without containing a RETURNING clause`;
    yield [message, `End the ${changed.verb} with RETURNING, or use :${withoutRows}.`];
  }
  if (takes === 'paramSets' && parameters.length === 0) {
    const message = `:${command} runs query "${name}" once for each set of arguments, and it has no parameter`;
    yield [message, `Add a parameter, or use :${once}.`];
  }
}

/** The target of `:copyfrom`; undefined for a statement that `validateCommand` refuses. */
export function copyTarget({ statement }: ParsedStatement): CopyTarget | undefined {
  return readCopy(statement).target;
}

/** Adds OVERRIDING SYSTEM VALUE for a GENERATED ALWAYS column: the INSERT that is described needs it, the COPY that runs does not. */
export function overridingEdits(
  copy: { readonly relation: Relation; readonly columns: readonly string[] },
  { annotated, target, origin }: RewrittenQuery,
  { statement, offset }: ParsedStatement,
): readonly Edit[] {
  const generated = copy.relation.columns.some(({ name, identity }) => identity === 'always' && copy.columns.includes(name));
  const insert = generated && 'InsertStmt' in statement ? statement.InsertStmt : undefined;
  if (insert === undefined || (insert.override ?? 'OVERRIDING_NOT_SET') !== 'OVERRIDING_NOT_SET') return [];
  // A column or a parameter may have the name, too; the keyword is the last before the first value.
  const [first] = exampleRow(insert);
  const firstStart = origin(offset(first && locationOf(first)));
  const values = annotated.code.findLast(({ start, text }) => start < firstStart && /^values$/i.test(text));
  const at = values && target(values.start);
  return at === undefined ? [] : [{ start: at, end: at, text: 'OVERRIDING SYSTEM VALUE ' }];
}

const COPY_FORM = 'Write one row of bare parameters, as in `INSERT INTO things (a, b) VALUES ($1, $2)`.';

/** What an INSERT fills if COPY can do the same, or what it cannot. */
function readCopy(node: Node): { readonly target?: CopyTarget; readonly wrong: readonly Finding[] } {
  if (!('InsertStmt' in node)) return { wrong: [[':copyfrom needs an INSERT statement', COPY_FORM]] };
  const { relation, cols = [], withClause, onConflictClause, returningClause, override, selectStmt } = node.InsertStmt;
  const wrong: Finding[] = [];
  const clauses = [
    ['WITH', withClause, withClause?.location],
    ['ON CONFLICT', onConflictClause, onConflictClause?.location],
    ['RETURNING', returningClause, undefined],
    // COPY writes into every identity column, as OVERRIDING SYSTEM VALUE does.
    ['OVERRIDING USER VALUE', override === 'OVERRIDING_USER_VALUE' || undefined, undefined],
  ] as const;
  for (const [clause, present, location] of clauses)
    if (present !== undefined) wrong.push([`:copyfrom has no ${clause}`, `Remove the ${clause} clause, or use :batchexec.`, location]);
  const rows = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : undefined;
  if (rows?.length === 0) wrong.push([':copyfrom cannot insert the rows of a SELECT', COPY_FORM]);
  else if (rows?.length !== 1) wrong.push([`:copyfrom needs VALUES with one row${rows ? `; got ${rows.length}` : ''}`, COPY_FORM]);
  const values = exampleRow(node.InsertStmt);
  const parameters = values.flatMap((value) => parameterNumber(uncast(value)) ?? []);
  const value = values.find((each) => parameterNumber(uncast(each)) === undefined);
  if (value !== undefined) {
    const remedy = `${COPY_FORM} A column with a default may be left out of the list.`;
    wrong.push([':copyfrom takes bare parameters only; this value is an expression', remedy, locationOf(value)]);
  }
  if (wrong.length > 0 || relation?.relname === undefined) return { wrong };
  const columns = cols.flatMap((column) => ('ResTarget' in column ? (column.ResTarget.name ?? []) : []));
  const { schemaname: schema, relname } = relation;
  return { wrong, target: { schema, relation: relname, columns: columns.length > 0 ? columns : undefined, parameters } };
}

/** The values of the only row of VALUES. */
function exampleRow({ selectStmt }: InsertStmt): readonly Node[] {
  const [row, ...others] = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : [];
  return row && 'List' in row && others.length === 0 ? (row.List.items ?? []) : [];
}

/** Where a value begins; a cast's own location is its `::`. */
function locationOf(node: Node): number | undefined {
  const fields: unknown = Object.values(uncast(node) ?? node)[0];
  const location = typeof fields === 'object' && fields !== null && 'location' in fields ? fields.location : undefined;
  return typeof location === 'number' ? location : undefined;
}
