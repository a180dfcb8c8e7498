/** The casts that make PostgreSQL accept a refused statement without changing its meaning. */
import { analysisOf, integer, walk } from '../analysis/index.js';
import { castName, type Catalog, type PgType } from '../../catalog/index.js';
import type { DeclaredParameter } from '../dialect/index.js';
import { type Description, isFailure } from '../../database/index.js';
import { type Asker, type Cast, type Readings, typeIn } from './trial.js';

/**
 * The cast to one of its readings that decides at the first place of the parameter where one does; several of one place if they
 * differ in meaning.
 */
export async function chooseCast({ catalog }: Asker, readings: Readings, parameter: DeclaredParameter): Promise<readonly Cast[]> {
  const types = [...new Set(readings.of(parameter).map(({ typeOid }) => typeOid))].flatMap((oid) => catalog.types.get(oid) ?? []);
  for (const use of parameter.uses) {
    const castTo = (type: PgType): Cast => ({ use, type: castName(catalog, type) });
    const fitting: PgType[] = [];
    for (const type of types) {
      const trial = await readings.tryTogether(parameter, [castTo(type)]);
      const { answer } = trial;
      if (isFailure(answer) || typeIn(trial, use) !== type.oid || !readings.keepsOthers(parameter, trial)) continue;
      if (means(answer, type) === means(readings.description, type)) fitting.push(type);
    }
    if (fitting.length > 0) return alike(catalog, fitting).map(castTo);
  }
  return [];
}

/** Whether PostgreSQL refuses the uses of a parameter together. */
export async function isTorn(readings: Readings, parameter: DeclaredParameter): Promise<boolean> {
  const own = readings.of(parameter);
  if (own.length === parameter.uses.length) return new Set(own.map(({ typeOid }) => typeOid)).size > 1;
  // A use without a type takes that of an earlier one, and is refused where it is the first.
  return isFailure((await readings.tryTogether(parameter, [])).answer);
}

/** The result's columns and the operators and functions that are called: a cast may change none of them. */
function means({ columns, trees }: Description, { kind }: PgType): string {
  const parts = columns.map(({ typeOid, typeModifier }) => `${typeOid} ${typeModifier}`);
  if (trees === undefined) return parts.join('\n');
  // The text matters only for offsets.
  walk(analysisOf(trees, '').parsed.node, (node) => {
    const field = node.tag === 'FUNCEXPR' && integer(node, 'funcformat') !== WRITTEN_CALL ? undefined : CALLED[node.tag];
    const called = field && integer(node, field);
    if (called) parts.push(`${node.tag} ${(kind === 'enum' && LABEL_EQUALITY.get(called)) || called}`);
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

/** The fields that say what the nodes call. */
const CALLED: Readonly<Record<string, string>> = {
  AGGREF: 'aggfnoid',
  DISTINCTEXPR: 'opno',
  FUNCEXPR: 'funcid',
  NULLIFEXPR: 'opno',
  OPEXPR: 'opno',
  SCALARARRAYOPEXPR: 'opno',
  SORTGROUPCLAUSE: 'eqop',
};

/** `funcformat` of a call in the author's text; conversions have other values. */
const WRITTEN_CALL = 0;

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
