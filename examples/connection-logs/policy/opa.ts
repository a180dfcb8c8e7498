/** The same policy as an OPA server answers it, in the format of its data filters: `{ result: { query } }`. */
import type { AuthorizeFilter } from 'sqlward';
import { fromOpaSql } from 'sqlward/opa';
import type { Viewer } from './viewer.js';

/** What `POST /v1/compile/filters/connection_logs/include` with `application/vnd.opa.sql.postgresql+json` answers. */
export type OpaAnswer = { readonly result?: { readonly query?: string } };

/** Stands in for the server, so that the example needs none; the Rego that it answers by is in README.md. */
export function opaAnswer(viewer: Viewer): OpaAnswer {
  if (viewer.isOwner) return { result: { query: '' } };
  if (viewer.audits.length === 0) return { result: {} };
  const ids = viewer.audits.map((id) => `E'${id}'`).join(', ');
  return { result: { query: `WHERE connection_logs.organization_id IN (${ids})` } };
}

export function opaFilter(answer: OpaAnswer): AuthorizeFilter {
  return fromOpaSql(answer, { 'connection_logs.organization_id': { column: 'connection_logs.organization_id', type: 'uuid' } });
}
