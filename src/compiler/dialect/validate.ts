/**
 * Whether a query's command fits its statement, judged on the tree alone.
 *
 * Invariant: a command that could never do what it says is an error at the author's line, before
 * any database is asked.
 */
import type { Relation } from '../../catalog/index.js';
import { type Edit, tokenize } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { changeIn, type CopyStmt, type InsertStmt, type Node, type ParsedStatement, uncast } from '../parse.js';
import { COMMANDS } from './command.js';
import { type AnnotatedQuery, inQuery } from './split.js';

/** What `:copyfrom` streams into: the table, and for each value of the row its column and parameter. */
export interface CopyTarget {
  readonly schema: string | undefined;
  readonly relation: string;
  /** The column list; undefined if there is none, which means the table's columns in order. */
  readonly columns: readonly string[] | undefined;
  /** The parameter's number for each value. */
  readonly parameters: readonly number[];
}

type Finding = Pick<Diagnostic, 'message' | 'remedy'> & { readonly location?: number | undefined };

/**
 * The errors of a command. `origin` maps an offset of the statement's text to the file; without
 * it every error points at the annotation.
 */
export function validateCommand(annotated: AnnotatedQuery, statement: ParsedStatement, origin?: (offset: number) => number): Diagnostic[] {
  const { command, name } = annotated;
  const { rows, takes, once } = COMMANDS[command];
  const findings: Finding[] = [];
  if (takes === 'rows') findings.push(...copyFindings(statement.statement));
  else if ('CopyStmt' in statement.statement) findings.push(...streamFindings(statement.statement.CopyStmt));
  if (rows !== 'none') findings.push(...returningFindings(annotated, statement.statement));
  if (takes === 'paramSets' && !tokenize(statement.text).some((token) => token.kind === 'placeholder')) {
    findings.push({
      message: `:${command} runs query "${name}" once for each set of arguments, and it has no parameter`,
      remedy: `Add a parameter, or use :${once}.`,
    });
  }
  return findings.map(({ location, ...finding }) => {
    const place = location === undefined || origin === undefined ? undefined : { start: origin(statement.offset(location)) };
    return { severity: 'error', ...finding, ...inQuery(annotated, place) };
  });
}

/** The target of `:copyfrom`; undefined for a statement that `validateCommand` refuses. */
export function copyTarget(statement: ParsedStatement): CopyTarget | undefined {
  if (!('InsertStmt' in statement.statement) || copyFindings(statement.statement).length > 0) return undefined;
  const { InsertStmt: insert } = statement.statement;
  const relation = insert.relation?.relname;
  if (relation === undefined) return undefined;
  const columns = (insert.cols ?? []).flatMap((column) =>
    'ResTarget' in column && column.ResTarget.name !== undefined ? [column.ResTarget.name] : [],
  );
  return {
    schema: insert.relation?.schemaname,
    relation,
    columns: columns.length > 0 ? columns : undefined,
    parameters: exampleRow(insert).flatMap((value) => copiedParameter(value) ?? []),
  };
}

/** Adds OVERRIDING SYSTEM VALUE for a GENERATED ALWAYS column: the INSERT that is described needs it, the COPY that runs does not. */
export function overridingEdits(
  copy: { readonly relation: Relation; readonly columns: readonly string[] },
  { statement, text }: ParsedStatement,
): readonly Edit[] {
  const generated = copy.relation.columns.some(({ name, identity }) => identity === 'always' && copy.columns.includes(name));
  if (!generated || !('InsertStmt' in statement) || (statement.InsertStmt.override ?? 'OVERRIDING_NOT_SET') !== 'OVERRIDING_NOT_SET')
    return [];
  const values = tokenize(text).find((token) => token.kind === 'word' && text.slice(token.start, token.end).toLowerCase() === 'values');
  return values ? [{ start: values.start, end: values.start, text: 'OVERRIDING SYSTEM VALUE ' }] : [];
}

function returningFindings({ command, name }: AnnotatedQuery, node: Node): Finding[] {
  const change = changeIn(node);
  if (change === undefined || change.returning !== undefined) return [];
  return [
    {
      message: `query "${name}" specifies parameter ":${command}" without containing a RETURNING clause`,
      remedy: `End the ${change.verb} with RETURNING, or use :${COMMANDS[command].withoutRows}.`,
    },
  ];
}

/** COPY from or to the client is a stream, which a generated function cannot serve; COPY with a file on the server is fine. */
function streamFindings({ is_from: isFrom, filename }: CopyStmt): Finding[] {
  if (filename !== undefined) return [];
  return [
    {
      message: `COPY ${isFrom === true ? 'FROM STDIN' : 'TO STDOUT'} is a stream, and a generated function has none`,
      remedy: isFrom === true ? 'Write an INSERT of bare parameters and use :copyfrom.' : 'Write the SELECT and use :many.',
    },
  ];
}

const COPY_FORM = 'Write one row of bare parameters, as in `INSERT INTO things (a, b) VALUES ($1, $2)`.';

function copyFindings(node: Node): Finding[] {
  if (!('InsertStmt' in node)) return [{ message: ':copyfrom needs an INSERT statement', remedy: COPY_FORM }];
  const { InsertStmt: insert } = node;
  const clauses: readonly (readonly [present: boolean, clause: string, location?: number | undefined])[] = [
    [insert.withClause !== undefined, 'WITH', insert.withClause?.location],
    [insert.onConflictClause !== undefined, 'ON CONFLICT', insert.onConflictClause?.location],
    [insert.returningClause !== undefined, 'RETURNING'],
    // COPY writes into every identity column, as OVERRIDING SYSTEM VALUE does.
    [insert.override === 'OVERRIDING_USER_VALUE', 'OVERRIDING USER VALUE'],
  ];
  const findings: Finding[] = clauses.flatMap(([present, clause, location]) =>
    present ? [{ message: `:copyfrom has no ${clause}`, remedy: `Remove the ${clause} clause, or use :batchexec.`, location }] : [],
  );
  const rows = insert.selectStmt && 'SelectStmt' in insert.selectStmt ? (insert.selectStmt.SelectStmt.valuesLists ?? []) : undefined;
  if (rows?.length !== 1) {
    const message =
      rows === undefined
        ? ':copyfrom needs VALUES with one row'
        : rows.length === 0
          ? ':copyfrom cannot insert the rows of a SELECT'
          : `:copyfrom needs VALUES with one row; got ${rows.length}`;
    return [...findings, { message, remedy: COPY_FORM }];
  }
  const value = exampleRow(insert).find((candidate) => copiedParameter(candidate) === undefined);
  if (value === undefined) return findings;
  const message = ':copyfrom takes bare parameters only; this value is an expression';
  const remedy = `${COPY_FORM} A column with a default may be left out of the list.`;
  return [...findings, { message, remedy, location: locationOf(value) }];
}

/** The number of a bare parameter, with or without a cast. */
function copiedParameter(value: Node): number | undefined {
  const bare = uncast(value);
  return bare && 'ParamRef' in bare ? (bare.ParamRef.number ?? 0) : undefined;
}

/** The values of the only row of VALUES. */
function exampleRow({ selectStmt }: InsertStmt): readonly Node[] {
  const [row] = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : [];
  return row && 'List' in row ? (row.List.items ?? []) : [];
}

/** Where a value begins; a cast's own location is its `::`. */
function locationOf(node: Node): number | undefined {
  const fields: unknown = Object.values(uncast(node) ?? node)[0];
  const location = typeof fields === 'object' && fields !== null && 'location' in fields ? fields.location : undefined;
  return typeof location === 'number' ? location : undefined;
}
