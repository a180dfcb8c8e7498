/** The made-up cast of the demo: three organizations and the people who work in them. */
import type { Pool } from 'pg';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly organization: Organization;
}

function id(kind: number, index: number): string {
  return `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

export const ORGANIZATIONS: readonly [Organization, Organization, Organization] = [
  { id: id(1, 1), name: 'observatory', displayName: 'Acme Observatory' },
  { id: id(1, 2), name: 'borealis', displayName: 'Borealis Labs' },
  { id: id(1, 3), name: 'cobalt', displayName: 'Cobalt Works' },
];

const NAMES = ['Ada Moreno', 'Bela Novak', 'Chidi Okafor', 'Dana Petrov', 'Emre Quill', 'Fay Rahman', 'Goro Sato', 'Hana Tamm', 'Ivo Ueda'];

export const PEOPLE: readonly Person[] = NAMES.map((name, index) => ({
  id: id(2, index + 1),
  username: (name.split(' ')[0] ?? name).toLowerCase(),
  name,
  organization: ORGANIZATIONS[index % 3] ?? ORGANIZATIONS[0],
}));

/** Stores them; the connection logs refer to both tables. */
export async function insertPeople(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO organizations (id, name, description, display_name, created_at, updated_at)
     SELECT id, name, '', display_name, now(), now()
     FROM unnest($1::uuid[], $2::text[], $3::text[]) AS made_up (id, name, display_name)`,
    [ORGANIZATIONS.map((one) => one.id), ORGANIZATIONS.map((one) => one.name), ORGANIZATIONS.map((one) => one.displayName)],
  );
  await pool.query(
    `INSERT INTO users (id, email, username, name, hashed_password, created_at, updated_at, status)
     SELECT id, username || '@example.com', username, name, '', now(), now(), 'active'
     FROM unnest($1::uuid[], $2::text[], $3::text[]) AS made_up (id, username, name)`,
    [PEOPLE.map((one) => one.id), PEOPLE.map((one) => one.username), PEOPLE.map((one) => one.name)],
  );
}
