/** The keys of a search and what each becomes: one row a key, which the parser, the messages and the page's help all read. */
import type { CountConnectionLogsParams } from '@sqlward/connection-logs';

/** The search part of both queries' parameters. */
export type Search = Omit<CountConnectionLogsParams, 'countCap'>;

export const TYPES = ['ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding'] as const;
/** What a reader may write, and the query's own word for it. */
const STATUSES = { ongoing: 'ongoing', completed: 'completed', connected: 'ongoing', disconnected: 'completed' } as const;

/** A value as the query takes it, or what is wrong with it. */
export type Parsed = { readonly value: Partial<Search> } | { readonly problem: string };

export interface Key {
  readonly name: string;
  /** For a reader: what to write behind the colon. */
  readonly form: string;
  readonly example: string;
  readonly parse: (value: string) => Parsed;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** RFC 3339, with the day of the month checked below. */
const TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const text =
  (property: 'workspaceOwner' | 'workspaceOwnerEmail' | 'username' | 'userEmail') =>
  (value: string): Parsed => ({ value: { [property]: value } });

const uuid =
  (property: 'workspaceId' | 'connectionId') =>
  (value: string): Parsed =>
    UUID.test(value) ? { value: { [property]: value.toLowerCase() } } : { problem: `"${value}" is not a UUID` };

/** The text itself is bound, so that no digit of a second is lost. */
const time =
  (property: 'connectedAfter' | 'connectedBefore') =>
  (value: string): Parsed =>
    isTime(value) ? { value: { [property]: value.toUpperCase() } } : { problem: `"${value}" is not a time such as 2026-01-31T08:00:00Z` };

function isTime(value: string): boolean {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = TIME.exec(value) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = year !== '' && Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && !Number.isNaN(Date.parse(value));
}

function oneOf<T extends string>(words: readonly T[], value: string, use: (word: T) => Partial<Search>): Parsed {
  const word = words.find((candidate) => candidate === value.toLowerCase());
  return word === undefined ? { problem: `"${value}" is none of ${words.join(', ')}` } : { value: use(word) };
}

/** `organization` is an id or a name: `resolveSearch` looks a name up. */
export const ORGANIZATION = 'organization';

export const KEYS: readonly Key[] = [
  { name: ORGANIZATION, form: 'an id or a name', example: 'organization:observatory', parse: () => ({ value: {} }) },
  { name: 'workspace_owner', form: 'a user name', example: 'workspace_owner:ada', parse: text('workspaceOwner') },
  {
    name: 'workspace_owner_email',
    form: 'an address',
    example: 'workspace_owner_email:ada@example.com',
    parse: text('workspaceOwnerEmail'),
  },
  { name: 'type', form: TYPES.join(', '), example: 'type:ssh', parse: (value) => oneOf(TYPES, value, (type) => ({ type })) },
  { name: 'username', form: 'a user name; web events only', example: 'username:bela', parse: text('username') },
  { name: 'user_email', form: 'an address; web events only', example: 'user_email:bela@example.com', parse: text('userEmail') },
  { name: 'connected_after', form: 'a time, RFC 3339', example: 'connected_after:2026-01-05T08:00:00Z', parse: time('connectedAfter') },
  { name: 'connected_before', form: 'a time, RFC 3339', example: 'connected_before:2026-01-06T08:00:00Z', parse: time('connectedBefore') },
  { name: 'workspace_id', form: 'a UUID', example: 'workspace_id:00000000-0000-4000-8000-000000000001', parse: uuid('workspaceId') },
  { name: 'connection_id', form: 'a UUID', example: 'connection_id:00000000-0000-4000-8000-000000000001', parse: uuid('connectionId') },
  {
    name: 'status',
    form: 'ongoing or completed; sessions only',
    example: 'status:ongoing',
    parse: (value) => oneOf(['ongoing', 'completed', 'connected', 'disconnected'], value, (word) => ({ status: STATUSES[word] })),
  },
];
