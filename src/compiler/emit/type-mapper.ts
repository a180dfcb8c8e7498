/**
 * PostgreSQL type → TypeScript type, decoder and binder.
 *
 * Invariant: a type without a decoder is `string`, PostgreSQL's own text form; never `any`,
 * `unknown` or `never`. Every expression made here calls the run time as `$`.
 */
import { type Catalog, type CatalogColumn, isSystemSchema, type TableColumn, type PgType, type Relation } from '../../catalog/index.js';
import type { Options } from '../../config/index.js';
import type { Naming } from '../names/index.js';
import { ANY_DEPTH } from '../types/index.js';
import { Declarations } from './declarations.js';
import { nameFrom } from './imports.js';
import { type CompositeField, emitBrand, emitComposite, emitEnum, labelsName } from './models.js';
import type { Overriding } from './overrides.js';
import { mapping, retyped, scalarMapping, TEXT, type TypeMapping } from './scalar-types.js';

/** How an array column is shaped; see `QueryColumn`. */
export interface ArrayShape {
  readonly elementsNullable: boolean;
  readonly dimensions: number;
}

const ONE_DIMENSION: ArrayShape = { elementsNullable: false, dimensions: 1 };
/** Of an array within another value, which no column keeps NULL out of. */
const WITHIN: ArrayShape = { elementsNullable: true, dimensions: 1 };

/** The primary keys of which a column's values are. */
export type KeysOf = (relation: Relation, column: CatalogColumn) => readonly TableColumn[];

/** A key's type, and what it is a kind of. */
interface Brand {
  readonly name: string;
  readonly tsType: string;
}

/** What keys are branded as: neither a type of another shape, nor a date, by which partitions are keyed. */
const BRANDED: ReadonlySet<string> = new Set(['string', 'number', 'bigint']);
/** `typcategory` of dates and times, and of spans of them. */
const TIMES: ReadonlySet<string> = new Set(['D', 'T']);

export class TypeMapper {
  readonly declarations = new Declarations();
  private readonly cache = new Map<string, TypeMapping>();

  /** Without `keysOf` no key is branded. */
  constructor(
    private readonly catalog: Catalog,
    private readonly options: Options,
    private readonly naming: Naming,
    readonly override: Overriding,
    private readonly keysOf: KeysOf | undefined,
  ) {}

  /** The mapping without any override of the type or of a column. */
  plain(type: PgType, shape: ArrayShape = ONE_DIMENSION): TypeMapping {
    const key = `${type.oid}:${shape.elementsNullable}:${shape.dimensions}`;
    const known = this.cache.get(key);
    if (known) return known;
    const made = this.build(type, shape);
    this.cache.set(key, made);
    return made;
  }

  /** A type inside another one: its own overrides hold there too. */
  private mapInner(oid: number, shape = WITHIN): TypeMapping {
    const type = this.catalog.types.get(oid);
    return type ? this.map(type, undefined, shape) : TEXT;
  }

  private build(type: PgType, shape: ArrayShape): TypeMapping {
    switch (type.kind) {
      case 'enum':
        return this.enumMapping(type);
      case 'domain':
        return this.mapInner(type.baseOid, shape);
      case 'array':
        // The vectors of the catalogs are arrays in name, but print without braces.
        return type.name === 'int2vector' || type.name === 'oidvector' ? TEXT : this.listOf(type, shape);
      case 'range':
        return this.rangeLike(this.mapInner(type.baseOid), false);
      case 'multirange': {
        const range = this.catalog.types.get(type.baseOid);
        return this.rangeLike(this.mapInner(range?.kind === 'range' ? range.baseOid : type.baseOid), true);
      }
      case 'composite':
        return this.composite(type);
      case 'base':
        return scalarMapping(type, this.options);
      case 'pseudo':
        return TEXT;
    }
  }

  private enumMapping(type: PgType): TypeMapping {
    const name = this.naming.type(type);
    const labels = labelsName(name);
    const source = (): string => emitEnum(name, type);
    this.declarations.add({ kind: 'enum', schema: type.schema, name, others: [labels], source, enumType: type });
    const own = nameFrom(type, name);
    if (this.options.unknownLabels === 'pass' || type.labels.length === 0) return mapping([own, own], `$.label<${own}>`);
    return mapping([own, own], ['$.label', nameFrom(type, labels, 'value')]);
  }

  /** The mapping of an array, whose elements may have a mapping of their own. */
  listOf(type: PgType, shape: ArrayShape, element = this.mapInner(type.elementOid)): TypeMapping {
    const delimiter = this.catalog.types.get(type.elementOid)?.delimiter ?? ',';
    const decoder = shape.elementsNullable ? '$.arrayOfNullable' : '$.array';
    const anyDepth = shape.dimensions === ANY_DEPTH;
    const dimensions = anyDepth ? 0 : Math.max(1, shape.dimensions);
    const separator = delimiter === ',' ? [] : [JSON.stringify(delimiter)];
    const extra = dimensions === 1 && delimiter === ',' ? [] : [String(dimensions), ...separator];
    const orNull = shape.elementsNullable ? ' | null' : '';
    const inner = parenthesized(`${element.tsType}${orNull}`);
    const innerInput = parenthesized(`${element.inputType}${orNull}`);
    // With an encoder the depth is said, because an element may be an array itself (of JSON, say).
    const isDeep = element.bindElement !== undefined && dimensions > 1;
    const bindArguments = [
      ...(element.bindElement !== undefined || delimiter !== ',' ? [element.bindElement ?? 'undefined'] : []),
      ...(isDeep ? [JSON.stringify(delimiter)] : separator),
      ...(isDeep ? [String(dimensions)] : []),
    ];
    const tsType = anyDepth ? `$.ArrayOf<${element.tsType}${orNull}, 0>` : `${inner}${'[]'.repeat(dimensions)}`;
    return mapping(
      [tsType, nestedReadonly(innerInput, dimensions)],
      [decoder, element.element, ...extra],
      ['$.bindArray', ...bindArguments],
      { cuts: element.cuts },
    );
  }

  private rangeLike({ tsType, inputType, element, bindElement, cuts }: TypeMapping, several: boolean): TypeMapping {
    const [decoder, binder] = several ? ['$.multirange', '$.bindMultirange'] : ['$.range', '$.bindRange'];
    const input = `$.Range<${inputType}>`;
    return mapping(
      [`$.Range<${tsType}>${several ? '[]' : ''}`, several ? `readonly ${input}[]` : input],
      [decoder, element],
      [binder, ...(bindElement === undefined ? [] : [bindElement])],
      { cuts },
    );
  }

  private composite(type: PgType): TypeMapping {
    const { schema, relationOid } = type;
    // A composite of the server's own catalogs has no models file.
    if (isSystemSchema(schema)) return TEXT;
    const fields = this.fields(relationOid);
    const name = this.naming.type(type);
    // What a parameter takes: the same type, unless an attribute alone would take more.
    const takesMore = fields.some(({ mapping: own }) => own.inputType !== own.tsType);
    const input = takesMore ? this.naming.input(type) : name;
    const [decode, bind] = [`decode${name}`, `bind${name}`];
    const source = (): string => emitComposite(name, input, type, fields);
    this.declarations.add({ kind: 'composite', schema, name, others: [input, decode, bind], source });
    return mapping([nameFrom(type, name), nameFrom(type, input)], nameFrom(type, decode, 'value'), nameFrom(type, bind, 'value'));
  }

  /** A composite's attributes; nothing keeps NULL out of the arrays among them. */
  private fields(relationOid: number): readonly CompositeField[] {
    const relation = this.catalog.relations.get(relationOid);
    const properties = this.naming.properties((relation?.columns ?? []).map(({ name }) => name));
    return (relation?.columns ?? []).flatMap((column, index) => {
      const type = this.catalog.types.get(column.typeOid);
      if (!relation || !type) return [];
      const shape = { elementsNullable: true, dimensions: column.dimensions };
      return {
        property: properties[index] ?? column.name,
        mapping: this.map(type, { relation, column }, shape),
        comment: column.comment,
      };
    });
  }

  /**
   * The mapping of a type, with the overrides that name it or the column. `keys` are those of the value, if
   * they are not the column's own.
   */
  map(
    type: PgType,
    column?: TableColumn,
    shape: ArrayShape = ONE_DIMENSION,
    keys = column && this.keysOf?.(column.relation, column.column),
  ): TypeMapping {
    const override = this.override(type, column);
    const elementsNullable = override?.nullableElements ?? shape.elementsNullable;
    const own = { elementsNullable, dimensions: shape.dimensions };
    if (override?.tsType !== undefined) return overridden(this.plain(type, own), override.tsType, override.import);
    const brands = (keys ?? []).flatMap((key) => this.brandOf(key) ?? []);
    if (brands.length === 0) return this.plain(type, own);
    return type.kind === 'array'
      ? this.listOf(type, own, branded(this.mapInner(type.elementOid), brands))
      : branded(this.plain(type, own), brands);
  }

  private brandOf(key: TableColumn): Brand | undefined {
    const type = this.catalog.types.get(key.column.typeOid);
    if (!type || !this.keysOf || this.override(type, key)?.tsType !== undefined) return undefined;
    const { tsType } = this.map(type);
    if (!BRANDED.has(tsType) || TIMES.has(type.category)) return undefined;
    const name = this.naming.key(key);
    this.declarations.add({ kind: 'brand', schema: key.relation.schema, name, source: () => emitBrand(name, key, tsType) });
    return { name: nameFrom(key.relation, name), tsType };
  }
}

/** A mapping whose values are of one key, or of several at once; a brand is for values of the very type that the key has. */
function branded(plain: TypeMapping, brands: readonly Brand[]): TypeMapping {
  const fitting = brands.filter(({ tsType }) => tsType === plain.tsType);
  return fitting.length === 0 ? plain : retyped(plain, fitting.map(({ name }) => name).join(' & '));
}

function overridden(plain: TypeMapping, tsType: string, module: string | undefined): TypeMapping {
  if (module === undefined) return retyped(plain, tsType);
  return retyped(
    plain,
    tsType.replace(/^[\p{ID_Continue}$]+/u, (root) => nameFrom({ module }, root)),
  );
}

/** A type as the element of an array. */
export function parenthesized(tsType: string): string {
  return /[|&?]|=>|^readonly /.test(tsType) ? `(${tsType})` : tsType;
}

function nestedReadonly(inner: string, dimensions: number): string {
  let result = inner;
  for (let depth = 0; depth < dimensions; depth++) {
    result = `readonly ${depth === 0 ? result : `(${result})`}[]`;
  }
  return result;
}
