/** What the page asks of the service. */
import type { ConnectionLogAnswer } from '../routes/log.js';

export type Log = ConnectionLogAnswer;

export interface Answer {
  readonly connection_logs: readonly Log[];
  readonly count: number;
  readonly count_is_capped: boolean;
}

export interface Validation {
  readonly field: string;
  readonly detail: string;
}

export interface KeyHelp {
  readonly name: string;
  readonly form: string;
  readonly example: string;
}

/** A request that was refused, with what is wrong by field. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly validations: readonly Validation[],
  ) {
    super(message);
  }
}

export async function fetchSettings(): Promise<{ readonly keys: readonly KeyHelp[]; readonly viewers: readonly string[] }> {
  const response = await fetch('/page.json');
  return response.json() as Promise<{ keys: KeyHelp[]; viewers: string[] }>;
}

export async function fetchLogs(viewer: string, q: string, limit: number, offset: number, signal: AbortSignal): Promise<Answer> {
  const query = new URLSearchParams({ q, limit: String(limit), offset: String(offset) });
  const response = await fetch(`/api/v2/connectionlog?${query.toString()}`, { headers: { authorization: `Bearer ${viewer}` }, signal });
  if (response.ok) return response.json() as Promise<Answer>;
  const refusal = (await response.json().catch(() => ({}))) as { readonly message?: string; readonly validations?: readonly Validation[] };
  throw new Refused(refusal.message ?? `the service answered ${response.status}`, refusal.validations ?? []);
}
