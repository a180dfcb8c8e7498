/**
 * The judge of a filter: PostgreSQL's own parser.
 *
 * A statement with the filter at its hooks must parse to the statement as its author wrote it,
 * where each hook holds one expression and nothing else is different. A text that does not parse is
 * harmless: the server refuses the whole statement.
 */
import { parseSync } from 'libpg-query';
import { authorize, filterText, filterValues, type AuthorizeFilter } from '../../../src/runtime/authorize/index.js';

/** A guarded statement, cut at its hooks. */
export interface Host {
  readonly pieces: readonly string[];
  /** How many placeholders it has of its own. */
  readonly parameters: number;
}

/** Hooks in every kind of place that the compiler accepts. */
export const HOSTS: readonly Host[] = [
  { pieces: ['SELECT a, b FROM t WHERE a = $1 OR b\n', '\nORDER BY a LIMIT $2'], parameters: 2 },
  { pieces: ['SELECT a FROM t WHERE b AND c = $1\n', ''], parameters: 1 },
  { pieces: ['SELECT a FROM t WHERE b ', ' UNION ALL SELECT a FROM u WHERE c ', ' ORDER BY 1'], parameters: 0 },
  { pieces: ["UPDATE t SET a = $1 FROM u WHERE t.id = u.id AND u.b = 'x' -- comment\n", ' RETURNING *'], parameters: 1 },
  { pieces: ['DELETE FROM t WHERE id = $1 ', ''], parameters: 1 },
  { pieces: ['WITH g AS (SELECT * FROM t WHERE NOT b ', ') SELECT count(*) FROM g WHERE a > $1'], parameters: 1 },
  { pieces: ['SELECT count(*) FROM (SELECT 1 FROM t WHERE (b) ', ' LIMIT $1) AS x'], parameters: 1 },
  { pieces: ['SELECT a, count(*) FROM t WHERE b ', '\nGROUP BY a HAVING count(*) > 1 FOR UPDATE'], parameters: 0 },
];

export type Verdict =
  /** The server would refuse the statement. */
  | { readonly kind: 'invalid' }
  /** One more conjunct, and nothing else. */
  | { readonly kind: 'contained' }
  | { readonly kind: 'escaped'; readonly why: string; readonly statement: string };

/** A name that the probe stands under; no filter is made that holds it. */
const PROBE = 'sqlward_probe';
const probed = new Map<Host, unknown>();

/** What becomes of a statement with the filter at its hooks. */
export function judge(filter: AuthorizeFilter, host: Host): Verdict {
  return judgeText(filterText(filter, host.parameters), filterValues(filter).length, host);
}

/** The same for a text that no check has seen, its placeholders already numbered. */
export function judgeText(text: string, values: number, host: Host): Verdict {
  const statement = host.pieces.join(`AND (\n${text}\n)`);
  // libpg-query reads a C string; a server reads one too, and would stop where it stops.
  const parsed = parse(statement);
  if (parsed === undefined) return { kind: 'invalid' };
  const escaped = (why: string): Verdict => ({ kind: 'escaped', why, statement });
  if (parsed.stmts?.length !== 1) return escaped('it is not one statement');
  const expressions: unknown[] = [];
  if (!same(probedTree(host), parsed.stmts[0]?.stmt, expressions)) return escaped('the statement is another');
  if (expressions.length !== host.pieces.length - 1) return escaped('a hook holds nothing');
  for (const expression of expressions) {
    const numbers = placeholders(expression);
    if (numbers.some((number) => number <= host.parameters || number > host.parameters + values)) {
      return escaped('it reads a parameter that is not its own');
    }
    if (!equal(expression, expressions[0])) return escaped('its hooks hold different expressions');
  }
  const alone = parse(`SELECT (\n${text}\n)`)?.stmts?.[0]?.stmt;
  if (!same(parse(`SELECT ${PROBE}`)?.stmts?.[0]?.stmt, alone, []) || !equal(firstTarget(alone), expressions[0])) {
    return escaped('it means something else than it does alone');
  }
  return { kind: 'contained' };
}

/**
 * Whether `outer` is `probed` with `inner` in the place of each probe: the two were made alike, but
 * for a filter that `probe` stands for. Undefined where neither parses.
 */
export function holdsApart(outer: AuthorizeFilter, probed: AuthorizeFilter, inner: AuthorizeFilter): boolean | undefined {
  const [outerTree, probedTree, innerTree] = [outer, probed, inner].map((filter) =>
    firstTarget(parse(`SELECT (\n${filterText(filter, 0)}\n)`)?.stmts?.[0]?.stmt),
  );
  if (probedTree === undefined || outerTree === undefined) return probedTree === outerTree ? undefined : false;
  return equal(flattened(substituted(probedTree, innerTree)), flattened(outerTree));
}

/** A tree with an expression in the place of each probe. */
function substituted(node: unknown, expression: unknown): unknown {
  if (isProbe(node)) return expression;
  if (Array.isArray(node)) return node.map((item) => substituted(item, expression));
  if (!isRecord(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, substituted(value, expression)]));
}

/** A tree in which AND holds no AND, and OR no OR: PostgreSQL merges them where the left operand is one, and only there. */
function flattened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(flattened);
  if (!isRecord(node)) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, flattened(value)]));
  const operation = copy['BoolExpr'];
  if (!isRecord(operation) || !isList(operation['args'])) return copy;
  const args = operation['args'].flatMap((operand) => {
    const nested: unknown = isRecord(operand) ? operand['BoolExpr'] : undefined;
    const merges = isRecord(nested) && nested['boolop'] === operation['boolop'] && nested['boolop'] !== 'NOT_EXPR';
    const inner: unknown = merges ? nested['args'] : [operand];
    return isList(inner) ? inner : [operand];
  });
  return { ...copy, BoolExpr: { ...operation, args } };
}

/** Whether what is sent for a text has the text's own tree; true where the text has none. */
export function meansTheSame(given: string, sent: string): boolean {
  const [expected, actual] = [given, sent].map((text) => parse(`SELECT (\n${text}\n)`)?.stmts?.[0]?.stmt);
  return expected === undefined || (actual !== undefined && equal(expected, actual));
}

/** A condition that the judge knows again. */
export const probe = (): AuthorizeFilter => authorize.fromText(PROBE);

/** Whether PostgreSQL's grammar takes a text. */
export function parses(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(text: string): ReturnType<typeof parseSync> | undefined {
  try {
    return parseSync(text);
  } catch {
    return undefined;
  }
}

function probedTree(host: Host): unknown {
  let tree = probed.get(host);
  if (tree === undefined) {
    tree = parseSync(host.pieces.join(`AND (\n${PROBE}\n)`)).stmts?.[0]?.stmt;
    probed.set(host, tree);
  }
  return tree;
}

/** Whether `actual` is `expected` but for an expression in each probe's place; collects those. */
function same(expected: unknown, actual: unknown, expressions: unknown[]): boolean {
  if (isProbe(expected)) {
    // One node of one kind: a list here would be more than one conjunct.
    if (!isRecord(actual) || Object.keys(actual).length !== 1) return false;
    expressions.push(actual);
    return true;
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) && expected.length === actual.length && expected.every((item, index) => same(item, actual[index], expressions))
    );
  }
  if (!isRecord(expected)) return expected === actual;
  if (!isRecord(actual)) return false;
  const keys = treeKeys(expected);
  return keys.length === treeKeys(actual).length && keys.every((key) => key in actual && same(expected[key], actual[key], expressions));
}

function equal(a: unknown, b: unknown): boolean {
  return same(a, b, []);
}

/** The keys that are not a place in the text. */
function treeKeys(node: Record<string, unknown>): string[] {
  return Object.keys(node).filter((key) => !/^(?:.*location|stmt_len|.*list_start|.*list_end)$/.test(key));
}

function isProbe(node: unknown): boolean {
  if (!isRecord(node) || !isRecord(node['ColumnRef'])) return false;
  const fields = node['ColumnRef']['fields'];
  const first: unknown = Array.isArray(fields) ? fields[0] : undefined;
  return isRecord(first) && isRecord(first['String']) && first['String']['sval'] === PROBE;
}

function firstTarget(statement: unknown): unknown {
  if (!isRecord(statement) || !isRecord(statement['SelectStmt'])) return undefined;
  const targets = statement['SelectStmt']['targetList'];
  const first: unknown = Array.isArray(targets) ? targets[0] : undefined;
  return isRecord(first) && isRecord(first['ResTarget']) ? first['ResTarget']['val'] : undefined;
}

/** The numbers of all placeholders in a tree. */
function placeholders(node: unknown): number[] {
  if (Array.isArray(node)) return node.flatMap(placeholders);
  if (!isRecord(node)) return [];
  if (isRecord(node['ParamRef'])) return [Number(node['ParamRef']['number'] ?? 0)];
  return Object.values(node).flatMap(placeholders);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
