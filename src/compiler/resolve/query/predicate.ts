/** Whether a query's conditions include the predicate of a partial unique index. */
import type { Node } from 'libpg-query';
import { parseStatements } from '../../parse.js';
import { provenBy, type Analyzer } from '../analyzer.js';
import { conjuncts, strings } from '../node.js';
import { closure, without } from '../reason.js';
import { findColumn } from '../scope.js';
import type { Held, Source } from '../value.js';
import type { Restriction } from './from-shape.js';

const parsed = new Map<string, readonly string[]>();

/** Whether each conjunct of the predicate stands among the conditions on the source, or that a column is not NULL follows from them. */
export function impliesPredicate(analyzer: Analyzer, predicate: string, source: Source, held: readonly Held[], restrictions: readonly Restriction[]): boolean {
  const wanted = predicateKeys(predicate);
  if (wanted.length === 0) return false;
  const given = new Set<string>();
  const notNull = (index: number): void => {
    const name = source.relation?.columns[index]?.name;
    if (name !== undefined) given.add(`IS_NOT_NULL ${columnKey(name)}`);
  };
  for (const { index, nullSafe } of held) if (!nullSafe) notNull(index);
  for (const { condition, scope, only } of restrictions) {
    if ('left' in condition || (only !== undefined && !only.includes(source))) continue;
    const facts = closure(provenBy(analyzer, condition, scope));
    for (const { leaf, value } of scope.namespace.flatMap(({ columns }) => columns)) {
      if (leaf?.source === source && without(value.reasons, facts).length === 0) notNull(leaf.index);
    }
    for (const conjunct of conjuncts(condition)) {
      const key = conditionKey(conjunct, (path) => {
        const found = findColumn(scope, path);
        return found?.kind === 'column' && found.column.leaf?.source === source
          ? source.relation?.columns[found.column.leaf.index]?.name
          : undefined;
      });
      if (key !== undefined) given.add(key);
    }
  }
  return wanted.every((key) => given.has(key));
}

function predicateKeys(predicate: string): readonly string[] {
  let keys = parsed.get(predicate);
  if (keys === undefined) {
    keys = parsePredicate(predicate);
    parsed.set(predicate, keys);
  }
  return keys;
}

/** Empty where the predicate cannot be compared. */
function parsePredicate(predicate: string): readonly string[] {
  try {
    const [statement] = parseStatements(`SELECT 1 WHERE ${predicate}`);
    if (statement === undefined || !('SelectStmt' in statement.statement)) return [];
    const keys = conjuncts(statement.statement.SelectStmt.whereClause).map((node) => conditionKey(node, (path) => path.at(-1)));
    const known = keys.filter((key) => key !== undefined);
    return known.length === keys.length ? known : [];
  } catch {
    return [];
  }
}

/** One spelling for conditions that mean the same; undefined where a column is not the source's. */
function conditionKey(node: Node, nameOf: (path: readonly string[]) => string | undefined): string | undefined {
  if ('ColumnRef' in node) return truthKey(operandKey(node, nameOf), true);
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'NOT_EXPR') return truthKey(operandKey(node.BoolExpr.args?.[0], nameOf), false);
  if ('BooleanTest' in node && node.BooleanTest.booltesttype === 'IS_TRUE') return truthKey(operandKey(node.BooleanTest.arg, nameOf), true);
  if ('BooleanTest' in node && node.BooleanTest.booltesttype === 'IS_FALSE') return truthKey(operandKey(node.BooleanTest.arg, nameOf), false);
  if ('NullTest' in node) return join(node.NullTest.nulltesttype, operandKey(node.NullTest.arg, nameOf));
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return undefined;
  const operator = strings(node.A_Expr.name).at(-1) ?? '';
  const [left, right] = [operandKey(node.A_Expr.lexpr, nameOf), operandKey(node.A_Expr.rexpr, nameOf)];
  if (left === undefined || right === undefined) return undefined;
  if (operator === '=' && (right === 'true' || right === 'false')) return truthKey(left, right === 'true');
  if (operator === '<>' && (right === 'true' || right === 'false')) return truthKey(left, right === 'false');
  const symmetric = operator === '=' || operator === '<>';
  return symmetric && right < left ? `${operator} ${right} ${left}` : `${operator} ${left} ${right}`;
}

function truthKey(operand: string | undefined, truth: boolean): string | undefined {
  return operand === undefined ? undefined : `${operand} is ${truth}`;
}

function join(word: string | undefined, operand: string | undefined): string | undefined {
  return word === undefined || operand === undefined ? undefined : `${word} ${operand}`;
}

const TEXTS: ReadonlySet<string | undefined> = new Set(['text', 'varchar', 'bpchar']);

/** Columns and constants; the casts that PostgreSQL adds around them are left out. */
function operandKey(node: Node | undefined, nameOf: (path: readonly string[]) => string | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    const plain = arg !== undefined && ('A_Const' in arg || TEXTS.has(strings(typeName?.names).at(-1)));
    return plain ? operandKey(arg, nameOf) : undefined;
  }
  if ('ColumnRef' in node) {
    const name = nameOf(strings(node.ColumnRef.fields));
    return name === undefined ? undefined : columnKey(name);
  }
  if (!('A_Const' in node)) return undefined;
  const { ival, fval, boolval, sval, isnull } = node.A_Const;
  if (isnull === true) return undefined;
  if (boolval !== undefined) return String(boolval.boolval === true);
  if (ival !== undefined) return JSON.stringify(String(ival.ival ?? 0));
  if (fval !== undefined) return JSON.stringify(fval.fval);
  return sval === undefined ? undefined : JSON.stringify(sval.sval ?? '');
}

function columnKey(name: string): string {
  return JSON.stringify(['column', name]);
}
