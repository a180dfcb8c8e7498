/**
 * PostgreSQL type → TypeScript type, decoder and binder.
 *
 * Invariant: a type without a decoder is `string`, PostgreSQL's own text form; never `any`,
 * `unknown` or `never`. Every expression made here calls the run time as `$`.
 */
import { type Catalog, type CatalogColumn, isSystemSchema, type TableColumn, type PgType, type Relation } from '../../catalog/index.js';
import type { Options, Override } from '../../config/index.js';
import { lowerFirst } from '../names/index.js';
import { ANY_DEPTH } from '../types/index.js';
import { branded, type Brand, brandOf } from './brands.js';
import { namesColumn, namesType } from './overrides.js';
import { mapping, retyped, scalarMapping, TEXT, type TypeMapping } from './scalar-types.js';

/** How an array column is shaped; see `QueryColumn`. */
export interface ArrayShape {
  readonly elementsNullable: boolean;
  readonly dimensions: number;
}

const ONE_DIMENSION: ArrayShape = { elementsNullable: false, dimensions: 1 };
/** Of an array within another value, which no column keeps NULL out of. */
const WITHIN: ArrayShape = { elementsNullable: true, dimensions: 1 };

/** The names that the models files give to enums and composites. */
export interface TypeNames {
  enumName(type: PgType): string;
  /** `input` where a parameter takes more than a column yields. */
  compositeName(type: PgType, input?: boolean): string;
  /** Where primary keys are branded: what each is called, and of which a column's values are. */
  readonly keys?: { name(key: TableColumn): string; of(relation: Relation, column: CatalogColumn): readonly TableColumn[] } | undefined;
}

export class TypeMapper {
  private readonly composites = new Map<number, PgType>();
  private readonly cache = new Map<string, TypeMapping>();
  private readonly brands = new Map<CatalogColumn, Brand>();

  constructor(
    private readonly catalog: Catalog,
    private readonly options: Options,
    private readonly names: TypeNames,
  ) {}

  /** The override that names a column, or its type; what the column's leaves open, the type's may say. */
  override(type: PgType, column?: TableColumn): Override | undefined {
    const byColumn = this.options.overrides.find(
      ({ target }) => 'column' in target && column !== undefined && namesColumn(target.column, column, this.catalog.searchPath),
    );
    const byType = this.options.overrides.find(({ target }) => 'type' in target && namesType(target.type, type, this.catalog));
    if (!byColumn || !byType) return byColumn ?? byType;
    const typed = byColumn.tsType === undefined ? byType : byColumn;
    return {
      ...byColumn,
      tsType: typed.tsType,
      import: typed.import,
      nullable: byColumn.nullable ?? byType.nullable,
      nullableElements: byColumn.nullableElements ?? byType.nullableElements,
    };
  }

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
      case 'enum': {
        const name = this.names.enumName(type);
        const own = { name, from: { schema: type.schema } };
        if (this.options.unknownLabels === 'pass' || type.labels.length === 0)
          return mapping([name, name], `$.label<${name}>`, undefined, { imports: [own] });
        const labels = { ...own, name: labelsName(name), isValue: true as const };
        return mapping([name, name], ['$.label', labels.name], undefined, { imports: [own, labels] });
      }
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
    const { cuts, imports } = element;
    return mapping(
      [tsType, nestedReadonly(innerInput, dimensions)],
      [decoder, element.element, ...extra],
      ['$.bindArray', ...bindArguments],
      { cuts, imports },
    );
  }

  private rangeLike({ tsType, inputType, element, bindElement, cuts, imports }: TypeMapping, several: boolean): TypeMapping {
    const [decoder, binder] = several ? ['$.multirange', '$.bindMultirange'] : ['$.range', '$.bindRange'];
    const input = `$.Range<${inputType}>`;
    return mapping(
      [`$.Range<${tsType}>${several ? '[]' : ''}`, several ? `readonly ${input}[]` : input],
      [decoder, element],
      [binder, ...(bindElement === undefined ? [] : [bindElement])],
      { cuts, imports },
    );
  }

  private composite(type: PgType): TypeMapping {
    // A composite of the server's own catalogs has no models file.
    if (isSystemSchema(type.schema)) return TEXT;
    this.composites.set(type.oid, type);
    const name = this.names.compositeName(type);
    const input = this.inputName(type);
    const from = { schema: type.schema };
    const functions = [`decode${name}`, `bind${name}`] as const;
    return mapping([name, input], ...functions, {
      imports: [
        ...[name, input].map((own) => ({ name: own, from })),
        ...functions.map((own) => ({ name: own, from, isValue: true as const })),
      ],
    });
  }

  /** What a parameter of a composite type takes: the same type, unless an attribute alone would take more. */
  inputName(type: PgType): string {
    return this.names.compositeName(
      type,
      this.attributes(type).some(({ mapping: own }) => own.inputType !== own.tsType),
    );
  }

  /** A composite's attributes; nothing keeps NULL out of the arrays among them. */
  attributes({ relationOid }: PgType): readonly { readonly column: CatalogColumn; readonly mapping: TypeMapping }[] {
    const relation = this.catalog.relations.get(relationOid);
    return (relation?.columns ?? []).flatMap((column) => {
      const type = this.catalog.types.get(column.typeOid);
      const shape = { elementsNullable: true, dimensions: column.dimensions };
      return relation && type ? [{ column, mapping: this.map(type, { relation, column }, shape) }] : [];
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
    keys = column && this.names.keys?.of(column.relation, column.column),
  ): TypeMapping {
    const override = this.override(type, column);
    const elementsNullable = override?.nullableElements ?? shape.elementsNullable;
    const own = { elementsNullable, dimensions: shape.dimensions };
    if (override?.tsType !== undefined) return overridden(this.plain(type, own), override.tsType, override.import);
    const found = (keys ?? []).flatMap((key) => this.brandFor(key) ?? []);
    if (found.length === 0) return this.plain(type, own);
    return type.kind === 'array'
      ? this.listOf(type, own, branded(this.mapInner(type.elementOid), found))
      : branded(this.plain(type, own), found);
  }

  private brandFor(key: TableColumn): Brand | undefined {
    const type = this.catalog.types.get(key.column.typeOid);
    if (!type || !this.names.keys || this.override(type, key)?.tsType !== undefined) return undefined;
    const brand = this.brands.get(key.column) ?? brandOf(key, this.names.keys.name(key), type, this.map(type));
    if (brand) this.brands.set(key.column, brand);
    return brand;
  }

  /** The composite types that mappings have referred to so far. */
  usedComposites(): readonly PgType[] {
    return [...this.composites.values()];
  }

  /** The branded keys that mappings have referred to so far. */
  usedBrands(): readonly Brand[] {
    return [...this.brands.values()];
  }
}

/** The constant of a models file that lists an enum's labels. */
export function labelsName(enumName: string): string {
  return `${lowerFirst(enumName)}Labels`;
}

function overridden(plain: TypeMapping, tsType: string, module: string | undefined): TypeMapping {
  const root = /^[A-Za-z_$][\w$]*/.exec(tsType)?.[0];
  const imports = plain.imports.filter(({ from }) => !('globalTypes' in from));
  return retyped(plain, tsType, module === undefined || root === undefined ? imports : [...imports, { name: root, from: { module } }]);
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
