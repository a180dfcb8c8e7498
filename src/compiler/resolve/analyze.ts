/** Ties queries and expressions together, and keeps what is known of a database's views. */
import type { Node } from 'libpg-query';
import type { Catalog, Relation } from '../../catalog/index.js';
import { parseStatements, type ParsedStatement } from '../parse.js';
import type { Analyzer, FoundStar, OutputColumn, Overrides, QueryShape, ViewShape } from './analyzer.js';
import { evaluate } from './expression/evaluate.js';
import { prove } from './expression/prove.js';
import { analyzeSelect, UNKNOWN_SHAPE } from './query/select.js';
import { analyzeDelete, analyzeInsert, analyzeMerge, analyzeUpdate } from './query/write.js';
import { freshener, parameterReason, type Reason } from './reason.js';
import type { CteScope, Scope } from './scope.js';
import { TYPE } from './types.js';
import { notNull, type Field, type Value } from './value.js';

export interface AnalyzerOptions extends Overrides {
  readonly parameterNullable?: (number: number) => boolean;
}

export function createAnalyzer(catalog: Catalog, options: AnalyzerOptions, statement: ParsedStatement | undefined): Analyzer {
  const parameters = new Map<number, Reason>();
  const views = viewsOf(catalog, options);
  const analyzer: Analyzer = {
    catalog,
    overrides: options,
    statement,
    stars: new Map<Node, FoundStar>(),
    parameter: (number) => parameterValue(parameters, number, options.parameterNullable?.(number) ?? true),
    expression: (node, scope) => evaluate(analyzer, node, scope),
    prove: (node, scope, outcome) => prove(analyzer, node, scope, outcome),
    query: (node, parent, ctes) => analyzeQuery(analyzer, node, parent, ctes),
    view: (relation) => {
      const shape = views.shape(relation);
      return { ...shape, columns: freshFields(shape.columns) };
    },
  };
  return analyzer;
}

/** A statement's shape with all that was found on the way. */
export interface AnalyzedStatement {
  readonly analyzer: Analyzer;
  readonly shape: QueryShape;
}

const analyzed = new WeakMap<ParsedStatement, { readonly catalog: Catalog; readonly result: AnalyzedStatement }>();

export function analyzeStatement(statement: ParsedStatement, catalog: Catalog, options: AnalyzerOptions): AnalyzedStatement {
  const result = withinStack(createAnalyzer(catalog, options, statement), statement.statement);
  analyzed.set(statement, { catalog, result });
  return result;
}

/** A statement nested too deep for the stack is one of which nothing is known. */
function withinStack(analyzer: Analyzer, statement: Node): AnalyzedStatement {
  try {
    return { analyzer, shape: analyzer.query(statement, undefined, undefined) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    analyzer.stars.clear();
    return { analyzer, shape: UNKNOWN_SHAPE };
  }
}

/** How many rows a statement gives does not depend on options, so that an earlier analysis serves. */
export function statementShape(statement: ParsedStatement, catalog: Catalog): QueryShape {
  const known = analyzed.get(statement);
  return known?.catalog === catalog ? known.result.shape : analyzeStatement(statement, catalog, {}).shape;
}

/** An argument of an array type holds no NULL elements, as its TypeScript type has none. */
function parameterValue(parameters: Map<number, Reason>, number: number, nullable: boolean): Value {
  if (!nullable) return { ...notNull(TYPE.unknown), elements: 'notNull' };
  let reason = parameters.get(number);
  if (reason === undefined) {
    reason = parameterReason();
    parameters.set(number, reason);
  }
  return { ...notNull(TYPE.unknown), reasons: [reason], strictIn: [reason], elements: 'notNull', nullableWhenPresent: true };
}

function analyzeQuery(analyzer: Analyzer, node: Node, parent: Scope | undefined, ctes: CteScope | undefined): QueryShape {
  if ('SelectStmt' in node) return analyzeSelect(analyzer, node.SelectStmt, parent, ctes);
  if ('InsertStmt' in node) return analyzeInsert(analyzer, node.InsertStmt, parent, ctes);
  if ('UpdateStmt' in node) return analyzeUpdate(analyzer, node.UpdateStmt, parent, ctes);
  if ('DeleteStmt' in node) return analyzeDelete(analyzer, node.DeleteStmt, parent, ctes);
  if ('MergeStmt' in node) return analyzeMerge(analyzer, node.MergeStmt, parent, ctes);
  return utilityShape(node);
}

/** Statements beside queries, of which a few have a result. */
function utilityShape(node: Node): QueryShape {
  if ('ExplainStmt' in node) {
    const plan: OutputColumn = { name: 'QUERY PLAN', value: notNull(TYPE.text), expression: undefined, star: undefined, column: undefined };
    return { ...UNKNOWN_SHAPE, columns: [plan], atLeastOne: true };
  }
  if ('VariableShowStmt' in node && node.VariableShowStmt.name !== 'all') return { ...UNKNOWN_SHAPE, atLeastOne: true, atMostOne: true };
  // A procedure gives a row where it has OUT parameters.
  if ('CallStmt' in node) return { ...UNKNOWN_SHAPE, atMostOne: true };
  return { ...UNKNOWN_SHAPE, returnsRows: ['VariableShowStmt', 'ExecuteStmt', 'FetchStmt'].some((kind) => kind in node) };
}

function freshFields(fields: readonly Field[]): readonly Field[] {
  const fresh = freshener();
  return fields.map(({ name, value }) => ({ name, value: { ...value, reasons: fresh(value.reasons), strictIn: fresh(value.strictIn) } }));
}

/** A caller may make its overrides anew for each statement. */
const MOST_OVERRIDES = 8;

interface Views {
  shape(relation: Relation): ViewShape;
}

const known = new WeakMap<Catalog, { readonly overrides: Overrides; readonly views: Views }[]>();

/** The views of a catalog, analysed once under the same overrides. */
function viewsOf(catalog: Catalog, overrides: Overrides): Views {
  const entries = known.get(catalog) ?? [];
  known.set(catalog, entries);
  const { columnNullable, functionNullable } = overrides;
  const found = entries.find(({ overrides: other }) => other.columnNullable === columnNullable && other.functionNullable === functionNullable);
  if (found !== undefined) return found.views;
  const views = createViews(catalog, { columnNullable, functionNullable });
  entries.push({ overrides, views });
  if (entries.length > MOST_OVERRIDES) entries.shift();
  return views;
}

function createViews(catalog: Catalog, overrides: Overrides): Views {
  const shapes = new Map<number, ViewShape>();
  const underway = new Set<number>();
  return {
    shape(relation) {
      const cached = shapes.get(relation.oid);
      if (cached !== undefined) return cached;
      // A view that reaches itself through a rule is not followed further.
      if (underway.has(relation.oid)) return UNKNOWN_SHAPE;
      underway.add(relation.oid);
      const shape = analyzeDefinition(catalog, overrides, relation);
      underway.delete(relation.oid);
      shapes.set(relation.oid, shape);
      return shape;
    },
  };
}

function analyzeDefinition(catalog: Catalog, overrides: Overrides, relation: Relation): ViewShape {
  if (relation.definition === undefined) return UNKNOWN_SHAPE;
  try {
    const [statement] = parseStatements(relation.definition);
    if (statement === undefined) return UNKNOWN_SHAPE;
    // The definition qualifies what its search path would not find.
    const analyzer = createAnalyzer(catalog, overrides, undefined);
    const shape = analyzer.query(statement.statement, undefined, undefined);
    return shape.columns.length === relation.columns.length ? shape : UNKNOWN_SHAPE;
  } catch {
    return UNKNOWN_SHAPE;
  }
}
