/**
 * What the guard asks of the catalog, by OID.
 *
 * Invariant: whatever the catalog does not know is taken for the worse: a function that may read, a
 * relation that may hold listed rows.
 */
import { child, children, flag, integer, type Range } from '../analysis/index.js';
import { type Catalog, familiesOf, heldBy, kinOf, nameOf, perCatalog, type PgFunction, type Relation } from '../../catalog/index.js';

/** Functions of PostgreSQL's own, and of its extensions, that read tables, files, statistics or other sessions by name. */
const READS =
  /^(?:(?:query|table|cursor|schema|database)_to_xml(?:_and_xmlschema)?|ts_stat|lo_(?:get|export|import)|loread|pg_(?:read_|ls_|stat_file|file_read|logical_|stat_get_|mcv_list_items|get_wal|cursor|prepared_).*|(?:crosstab|dblink).*|connectby|xpath_table|get_raw_page|bt_page_items)$/;

/** Statistics that hold values of the tables' columns. */
const STATISTICS = /^pg_statistic(?:_ext_data)?$/;

export const factsOf = perCatalog((catalog) => new Facts(catalog));

export class Facts {
  private readonly functions: ReadonlyMap<number, PgFunction>;
  private readonly families: ReadonlyMap<number, number>;

  constructor(private readonly catalog: Catalog) {
    this.functions = new Map([...catalog.functionsByName.values()].flat().map((each) => [each.oid, each]));
    this.families = familiesOf(catalog);
  }

  /** What stands for a whole tree of inheritance or partitions. */
  readonly family = (oid: number): number => this.families.get(oid) ?? oid;
  /** The relations that share rows with one: itself, what it is a part of, and its parts. */
  readonly kin = (oid: number): readonly number[] => kinOf(oid, this.catalog);
  /** The relations whose rows a relation may hold: itself, and all that a view reads. */
  readonly held = (oid: number): ReadonlySet<number> => heldBy(oid, this.catalog);
  readonly nameOf = (oid: number): string => nameOf(oid, this.catalog);
  readonly relation = (oid: number): Relation | undefined => this.catalog.relations.get(oid);
  readonly isEquality = (operator: number): boolean => this.catalog.equalities.has(operator);
  readonly function = (oid: number): PgFunction | undefined => this.functions.get(oid);
  /** As messages name it. */
  readonly callOf = (oid: number): string => `${this.functions.get(oid)?.name ?? 'a function'}()`;
  /** Whether a function may read tables, for all that is known of it. */
  readonly mayRead = (oid: number): boolean => this.functions.get(oid)?.builtin !== true || this.readsByName(oid);

  /** Whether a function that is not the schema's own reads what it is told by name. */
  readsByName(oid: number): boolean {
    const found = this.functions.get(oid);
    if (!found?.builtin && found?.extension === undefined) return false;
    // With three arguments, ts_rewrite is given its replacement instead of a query's text.
    return READS.test(found.name) || (found.name === 'ts_rewrite' && found.argumentTypeOids.length === 2);
  }

  /** The relations whose rows a function of the schema's returns, also as a column or in an array. */
  returnedRelations(oid: number): readonly number[] {
    const found = this.functions.get(oid);
    const rowsOf = (type: number): readonly number[] => {
      const { relationOid = 0, elementOid = 0, baseOid = 0 } = this.catalog.types.get(type) ?? {};
      return relationOid > 0 ? [relationOid] : [elementOid, baseOid].filter(Boolean).flatMap(rowsOf);
    };
    return !found || found.builtin ? [] : [found.returnTypeOid, ...found.outputs.map(({ typeOid }) => typeOid)].flatMap(rowsOf);
  }

  /** The relation that a range is, and those whose rows functions in FROM return. */
  relationsOf({ kind, node, relationOid }: Range): readonly number[] {
    if (kind === 'relation') return relationOid === undefined ? [] : [relationOid];
    const calls = kind === 'function' ? children(node, 'functions').flatMap((item) => child(item, 'funcexpr') ?? []) : [];
    return calls.flatMap((call) => (call.tag === 'FUNCEXPR' ? this.returnedRelations(integer(call, 'funcid')) : []));
  }

  /** Whether all rows of a range are of the same table, so that none has the `ctid` of another. */
  isOneTable({ node, relationOid = 0 }: Range): boolean {
    const isAlone = !flag(node, 'inh') || this.kin(relationOid).every((kin) => kin === relationOid);
    return isAlone && this.relation(relationOid)?.kind === 'table';
  }

  isStatistics(oid: number): boolean {
    const relation = this.catalog.relations.get(oid);
    return relation?.schema === 'pg_catalog' && STATISTICS.test(relation.name);
  }
}
