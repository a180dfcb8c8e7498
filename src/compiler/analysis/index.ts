/**
 * How PostgreSQL understood a query: the only reading of names in this project.
 *
 * `read.ts` has the format, `fields.ts` a node's fields, `query.ts` the model of one query, `levels.ts`
 * that of all of a statement's, `conditions.ts` what each enforces, `walk.ts` the way through expressions.
 */
import { byteOffsets } from '../../sql/index.js';
import { queryOf, type Query } from './query.js';
import { isList, isNode, readTree, UnreadableTree, type TreeValue } from './read.js';

export { plainColumn, subqueryColumn } from './column.js';
export type { PlainColumn } from './column.js';
export { type Condition, conditionsOf, equalitiesOf, type Equality, mergeActions, neededSubquery, needsBothRows } from './conditions.js';
export { definitionOf } from './definition.js';
export { child, children, flag, has, integer, items, numbers, optionalInteger, text, texts } from './fields.js';
export { type Leaf, type Leaves, leavesIn } from './leaves.js';
export {
  allLevels,
  assertKnown,
  type Clause,
  cteOf,
  type Level,
  levelsOf,
  namesOuter,
  outwards,
  queryBehind,
  rangesIn,
  type Sublink,
} from './levels.js';
export { actionCommand, armsOf, queryOf, targetOf, writtenBy } from './query.js';
export type { Command, Cte, FromItem, Join, Query, Range, SetOperation, Target } from './query.js';
export { isList, isNode, isNumbers, readable, readTree, UnreadableTree } from './read.js';
export type { Numbers, TreeNode, TreeValue } from './read.js';
export { columnReference, conjuncts, walk } from './walk.js';
export type { ColumnReference } from './walk.js';

/** What the server sent beside a description; see `database/description.ts`. */
interface SentTrees {
  readonly parsed: string;
  readonly rewritten: string;
  readonly encoding: string;
}

/** One analysed text. Both trees are read when they are first asked for; `UnreadableTree` says why one cannot be. */
export interface Analysis {
  /** The query as it was written, with its names resolved. */
  readonly parsed: Query;
  /** What will be planned: views, rules and row-level security expanded. A rule can make several of one, or none. */
  readonly rewritten: readonly Query[];
  /** The offset in the described text of a node's `location`; undefined where it has none there. */
  readonly offset: (location: number | undefined) => number | undefined;
}

export function analysisOf({ parsed, rewritten, encoding }: SentTrees, described: string): Analysis {
  let query: Query | undefined;
  let queries: readonly Query[] | undefined;
  const toOffset = offsetsIn(described, encoding);
  return {
    get parsed() {
      query ??= onlyQuery(readTree(parsed));
      return query;
    },
    get rewritten() {
      // Most queries are what they were: then proofs over either tree are about the same nodes.
      queries ??= withoutSpace(rewritten) === `(${withoutSpace(parsed)})` ? [this.parsed] : queriesOf(readTree(rewritten));
      return queries;
    },
    offset: (location) => (location === undefined || location < 0 ? undefined : toOffset(location)),
  };
}

/** The server breaks the lines of the two trees at other places. */
function withoutSpace(tree: string): string {
  return tree.replaceAll(/[ \n]/g, '');
}

function onlyQuery(value: TreeValue): Query {
  if (!isNode(value)) throw new UnreadableTree('the server sent no query');
  return queryOf(value);
}

function queriesOf(value: TreeValue): readonly Query[] {
  if (value === null) return [];
  if (!isList(value)) throw new UnreadableTree('the server sent no list of queries');
  return value.map(onlyQuery);
}

/** Encodings with a byte for each character; for the others there is no telling, but in ASCII. */
const SINGLE_BYTE = /^(?:LATIN\d+|ISO_8859_\d+|WIN\d+|KOI8[RU])$/;

function offsetsIn(text: string, encoding: string): (location: number) => number | undefined {
  // eslint-disable-next-line no-control-regex -- ASCII is the same in each of them
  if (/^[\x00-\x7f]*$/.test(text)) return (location) => location;
  // SQL_ASCII takes the client's bytes as they are.
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return byteOffsets(text);
  // Characters beyond the first plane exist in none of these.
  return SINGLE_BYTE.test(encoding) ? (location) => location : () => undefined;
}
