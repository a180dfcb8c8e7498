/** The casts that make PostgreSQL accept a refused statement without changing its meaning. */
import { analysisOf, integer, walk, type TreeNode } from '../analysis/index.js';
import type { Catalog, PgType } from '../../catalog/index.js';
import type { DeclaredParameter, ParameterUse } from '../dialect/index.js';
import { type Description, isFailure } from '../../database/index.js';
import type { Reading, Readings } from './readings.js';
import { tryGroups, type Asker } from './trial.js';

/** A place for a cast, and the types that would do there; several if they differ in meaning. */
export interface Choice {
  readonly use: ParameterUse;
  readonly types: readonly PgType[];
}

export interface ChooseInput {
  readonly asker: Asker;
  readonly readings: Readings;
  readonly catalog: Catalog;
  readonly name: (type: PgType) => string;
}

/** The first place of the parameter where a cast to one of its readings decides; undefined where none does. */
export async function chooseCast(
  { asker, readings, catalog, name }: ChooseInput,
  { number, uses }: DeclaredParameter,
  own: readonly Reading[],
): Promise<Choice | undefined> {
  const types = [...new Set(own.map(({ typeOid }) => typeOid))].flatMap((oid) => catalog.types.get(oid) ?? []);
  const groups = new Map(readings.groups).set(number, [uses]);
  const others = [...groups].flatMap(([other, theirs]) => (other === number ? [] : theirs));
  const standIns = readings.standIns.filter((cast) => cast.number !== number);
  for (const use of uses) {
    const fitting: PgType[] = [];
    for (const type of types) {
      const { answer, typeOf } = await tryGroups(asker, groups, [...standIns, { number, use, type: name(type) }]);
      if (isFailure(answer) || typeOf(uses) !== type.oid || !others.every((group) => typeOf(group) === readings.typeOf(group))) continue;
      if (means(answer, type) === means(readings.description, type)) fitting.push(type);
    }
    if (fitting.length > 0) return { use, types: alike(catalog, fitting) };
  }
  return undefined;
}

/** Whether PostgreSQL refuses the uses of a parameter together. */
export async function isTorn({ asker, readings }: ChooseInput, { number, uses }: DeclaredParameter): Promise<boolean> {
  const own = readings.of.get(number) ?? [];
  if (own.length === uses.length) return new Set(own.map(({ typeOid }) => typeOid)).size > 1;
  // A use without a type takes that of an earlier one, and is refused where it is the first.
  const standIns = readings.standIns.filter((cast) => cast.number !== number);
  return isFailure((await tryGroups(asker, new Map(readings.groups).set(number, [uses]), standIns)).answer);
}

/** The result's columns and the operators and functions that are called: a cast may change none of them. */
function means({ columns, trees }: Description, { kind }: PgType): string {
  const parts = columns.map(({ typeOid, typeModifier }) => `${typeOid} ${typeModifier}`);
  if (trees === undefined) return parts.join('\n');
  // The text matters only for offsets.
  walk(analysisOf(trees, '').parsed.node, (node) => {
    const called = calledBy(node);
    if (called !== undefined) parts.push(`${node.tag} ${(kind === 'enum' && LABEL_EQUALITY.get(called)) || called}`);
    return true;
  });
  return parts.join('\n');
}

/** `=` and `<>` of text and of enums, by OID: labels are equal where their texts are. Their order is another. */
const LABEL_EQUALITY: ReadonlyMap<number, string> = new Map([
  [98, '='],
  [3516, '='],
  [531, '<>'],
  [3517, '<>'],
]);

/** `funcformat` of a call in the author's text; conversions have other values. */
const WRITTEN_CALL = 0;

function calledBy(node: TreeNode): number | undefined {
  switch (node.tag) {
    case 'OPEXPR':
    case 'DISTINCTEXPR':
    case 'NULLIFEXPR':
    case 'SCALARARRAYOPEXPR':
      return integer(node, 'opno');
    case 'SORTGROUPCLAUSE':
      return integer(node, 'eqop');
    case 'AGGREF':
      return integer(node, 'aggfnoid');
    case 'FUNCEXPR':
      return integer(node, 'funcformat') === WRITTEN_CALL ? integer(node, 'funcid') : undefined;
    default:
      return undefined;
  }
}

/** One of several types that hold the same values and need no conversion: preferably the one that a column has. */
function alike(catalog: Catalog, types: readonly PgType[]): readonly PgType[] {
  const bases = types.map((type) => baseOf(catalog, type));
  const texts = bases.every((base) => base.schema === 'pg_catalog' && (base.name === 'text' || base.name === 'varchar'));
  if (!texts && new Set(bases).size > 1) return types;
  const plain = types.filter(({ kind }) => kind !== 'domain');
  return [plain.find(({ name }) => name !== 'text') ?? plain[0] ?? types[0]].filter((type) => type !== undefined);
}

function baseOf(catalog: Catalog, type: PgType): PgType {
  const base = type.kind === 'domain' ? catalog.types.get(type.baseOid) : undefined;
  return base ? baseOf(catalog, base) : type;
}
