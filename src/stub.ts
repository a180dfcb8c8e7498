import type { Catalog, CatalogColumn, Relation } from './database/catalog.js';
import type { ParsedStatement } from './compiler/parse.js';
import type { Diagnostic } from './compiler/diagnostic.js';
export interface ResultColumn { readonly name: string; readonly nullable: boolean; readonly elementsNullable: boolean; readonly dimensions: number; readonly column: { relation: Relation; column: CatalogColumn } | undefined; readonly star: number | undefined }
export interface StarExpansion { readonly start: number; readonly end: number; readonly text: string; readonly relation: Relation | undefined; readonly alias: string | undefined; readonly nullExtended: boolean }
export interface ResultAnalysis { readonly columns: readonly ResultColumn[]; readonly stars: readonly StarExpansion[] }
export interface ParameterAnalysis { readonly number: number; readonly name: string; readonly nullable: boolean; readonly optional: boolean; readonly default: { sql: string; text: string } | undefined; readonly enumType: undefined; readonly literals: undefined; readonly column: undefined }
export function analyzeResult(_s: ParsedStatement, _c: Catalog, _o: { parameterNullable(n: number): boolean; columnNullable?(r: Relation, c: CatalogColumn): boolean | undefined }): ResultAnalysis { return { columns: [], stars: [] }; }
export function analyzeParameters(_i: object): readonly ParameterAnalysis[] { return []; }
export function analyzeCardinality(_s: ParsedStatement, _c: Catalog): { cardinality: 'many' } { return { cardinality: 'many' }; }
export function checkCoverage(..._a: unknown[]): Diagnostic[] { return []; }
export interface AuditReport { queries: readonly object[] }
export function auditReport(_c: unknown): AuditReport { return { queries: [] }; }
export function formatAudit(_r: AuditReport): string { return ''; }
export function relationNullability(_c: Catalog) { return (_r: Relation, c: CatalogColumn) => !c.notNull; }
