/**
 * What the parts of the analysis share. Expressions hold queries and queries hold expressions, so
 * each reaches the other through this object instead of an import.
 */
import { type Catalog, type Relation } from '../../catalog/index.js';
import type { Query } from '../analysis/index.js';
import type { Overriding } from '../query.js';
import { MANY, type Rows, type Scope } from './scope.js';
import type { Node } from './node.js';
import type { Reasons } from './reason.js';
import { unknownValue, type Value } from './value.js';

/** A column of a query's result. */
export interface OutputColumn extends Value {
  readonly name: string;
  /** Undefined where there is none, as in the result of a set operation. */
  readonly expression?: Node;
  /** The name of the WITH entry that it is a column of, unchanged. */
  readonly entry?: string | undefined;
  /** Why the whole row may be missing that it is a column of. */
  readonly absence?: Reasons;
}

/** What is known of a query's result before it runs. */
export interface QueryShape extends Rows {
  readonly columns: readonly OutputColumn[];
  readonly returnsRows: boolean;
  /** Ruled out wherever the query gives a row. */
  readonly facts: Reasons;
  /** Of a query that is one group: ruled out where the group holds a row. */
  readonly counted?: Reasons | undefined;
}

/** What a query is of which nothing is known. */
export const UNKNOWN_SHAPE: QueryShape = { columns: [], returnsRows: true, atLeastOne: false, atMostOne: MANY, facts: [] };

/**
 * What follows from a condition's outcome: `notTrue` is false or NULL, `notFalse` true or NULL.
 * `undefined` as an answer says that the outcome cannot happen, from which everything follows.
 */
export type Outcome = 'true' | 'false' | 'notTrue' | 'notFalse';

export type Proof = Reasons | undefined;

export interface Engine {
  readonly catalog: Catalog;
  readonly override: Overriding;
  /**
   * Whether what is declared of tables holds. Not for the definition of a materialized view: its
   * rows may be older than a constraint of what they were read from.
   */
  readonly trusted: boolean;
  /** Whether all that a foreign key refers to is seen: the statement changes nothing, and waits for no row that is locked. */
  readonly settled: boolean;
  parameter(number: number, typeOid: number): Value;
  expression(node: Node, scope: Scope): Value;
  prove(node: Node, scope: Scope, outcome: Outcome): Proof;
  query(query: Query, parent: Scope | undefined): QueryShape;
  /** What a view's definition gives: no columns where it cannot be followed. */
  view(relation: Relation): Rows;
}

/** What a condition proves where it is true; nothing where it never is, as no row is left to speak of. */
export function provenBy(engine: Engine, condition: Node | undefined, scope: Scope): Reasons {
  return condition === undefined ? [] : (engine.prove(condition, scope, 'true') ?? []);
}

/** What is known of a part of an expression; nothing of one that is left out. */
export function partOf(engine: Engine, part: Node | undefined, scope: Scope): Value {
  return part === undefined ? unknownValue() : engine.expression(part, scope);
}

/** By the tag of a node, what is known of its value. */
export type Evaluators = Readonly<Record<string, (engine: Engine, node: Node, scope: Scope) => Value>>;
