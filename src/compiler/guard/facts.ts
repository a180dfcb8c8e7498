/**
 * What the guard asks of the catalog, by OID.
 *
 * Invariant: whatever the catalog does not know is taken for the worse: a function that may read, a
 * relation that may hold listed rows.
 */
import { child, children, integer, type Range } from '../analysis/index.js';
import { type Catalog, familiesOf, heldBy, kinOf, nameOf, type PgFunction, type Relation } from '../../catalog/index.js';

/** Functions of PostgreSQL's own that read tables, files, statistics or other sessions by name. */
const READS =
  /^(?:(?:query|table|cursor|schema|database)_to_xml(?:_and_xmlschema)?|ts_stat|lo_(?:get|export|import)|loread|pg_(?:read_|ls_|stat_file|logical_|stat_get_|mcv_list_items|get_wal|cursor|prepared_).*)$/;

/** Statistics that hold values of the tables' columns. */
const STATISTICS = /^pg_statistic(?:_ext_data)?$/;

export interface Facts {
  readonly catalog: Catalog;
  /** What stands for a whole tree of inheritance or partitions. */
  family(oid: number): number;
  /** The relations that share rows with one: itself, what it is a part of, and its parts. */
  kin(oid: number): readonly number[];
  /** The relations whose rows a relation may hold: itself, and all that a view reads. */
  held(oid: number): ReadonlySet<number>;
  nameOf(oid: number): string;
  relation(oid: number): Relation | undefined;
  isEquality(operator: number): boolean;
  function(oid: number): PgFunction | undefined;
  /** Whether a function may read tables, for all that is known of it. */
  mayRead(oid: number): boolean;
  /** Whether a function of PostgreSQL's own reads what it is told by name. */
  readsByName(oid: number): boolean;
  /** The relation whose rows a function of the schema's returns. */
  returnedRelation(oid: number): number | undefined;
  /** The relation that a range is, and those whose rows functions in FROM return. */
  relationsOf(range: Range): readonly number[];
  isStatistics(oid: number): boolean;
}

const known = new WeakMap<Catalog, Facts>();

export function factsOf(catalog: Catalog): Facts {
  const found = known.get(catalog);
  if (found) return found;
  const facts = makeFacts(catalog);
  known.set(catalog, facts);
  return facts;
}

function makeFacts(catalog: Catalog): Facts {
  const functions = new Map<number, PgFunction>();
  for (const overloads of catalog.functionsByName.values()) for (const each of overloads) functions.set(each.oid, each);
  const families = familiesOf(catalog);
  const readsByName = (oid: number): boolean => {
    const found = functions.get(oid);
    if (!found?.builtin) return false;
    // With three arguments, ts_rewrite is given its replacement instead of a query's text.
    return READS.test(found.name) || (found.name === 'ts_rewrite' && found.argumentTypeOids.length === 2);
  };
  const returnedRelation = (oid: number): number | undefined => {
    const found = functions.get(oid);
    const type = found && !found.builtin ? catalog.types.get(found.returnTypeOid) : undefined;
    return type?.relationOid || undefined;
  };
  return {
    catalog,
    family: (oid) => families.get(oid) ?? oid,
    kin: (oid) => kinOf(oid, catalog),
    held: (oid) => heldBy(oid, catalog),
    nameOf: (oid) => nameOf(oid, catalog),
    relation: (oid) => catalog.relations.get(oid),
    isEquality: (operator) => catalog.equalities.has(operator),
    function: (oid) => functions.get(oid),
    mayRead: (oid) => functions.get(oid)?.builtin !== true || readsByName(oid),
    readsByName,
    returnedRelation,
    relationsOf({ kind, node, relationOid }) {
      if (kind === 'relation') return relationOid === undefined ? [] : [relationOid];
      const calls = kind === 'function' ? children(node, 'functions').flatMap((item) => child(item, 'funcexpr') ?? []) : [];
      return calls.flatMap((call) => (call.tag === 'FUNCEXPR' ? (returnedRelation(integer(call, 'funcid')) ?? []) : []));
    },
    isStatistics(oid) {
      const relation = catalog.relations.get(oid);
      return relation?.schema === 'pg_catalog' && STATISTICS.test(relation.name);
    },
  };
}
