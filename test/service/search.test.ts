/** The search's grammar, without a database: what each key becomes, and every problem by its key. */
import { describe, expect, it } from 'vitest';
import { KEYS } from '../../examples/connection-logs/search/keys.js';
import { parseSearch } from '../../examples/connection-logs/search/parse.js';

const ID = '0a1b2c3d-0000-4000-8000-00000000000f';

function fields(text: string): readonly string[] {
  return parseSearch(text).problems.map(({ field }) => field);
}

describe('a search', () => {
  it.each([
    ['workspace_owner:ada', { workspaceOwner: 'ada' }],
    ['workspace_owner_email:ada@example.com', { workspaceOwnerEmail: 'ada@example.com' }],
    ['type:ssh', { type: 'ssh' }],
    ['type:vscode', { type: 'vscode' }],
    ['type:jetbrains', { type: 'jetbrains' }],
    ['type:reconnecting_pty', { type: 'reconnecting_pty' }],
    ['type:workspace_app', { type: 'workspace_app' }],
    ['type:port_forwarding', { type: 'port_forwarding' }],
    ['username:bela', { username: 'bela' }],
    ['user_email:bela@example.com', { userEmail: 'bela@example.com' }],
    ['connected_after:2026-01-05T08:00:00.123456Z', { connectedAfter: '2026-01-05T08:00:00.123456Z' }],
    ['connected_before:"2026-01-05T08:00:00+02:00"', { connectedBefore: '2026-01-05T08:00:00+02:00' }],
    [`workspace_id:${ID}`, { workspaceId: ID }],
    [`connection_id:${ID.toUpperCase()}`, { connectionId: ID }],
    ['status:ongoing', { status: 'ongoing' }],
    ['status:completed', { status: 'completed' }],
    ['status:connected', { status: 'ongoing' }],
    ['status:disconnected', { status: 'completed' }],
    ['', {}],
    ['  type:ssh \t username:bela\n', { type: 'ssh', username: 'bela' }],
    ['TYPE:ssh', { type: 'ssh' }],
    ['username:"a b"', { username: 'a b' }],
    [String.raw`username:"a \"b\" \\"`, { username: String.raw`a "b" \ `.trim() }],
    ['username:a:b', { username: 'a:b' }],
  ])('%s', (text, search) => {
    expect(parseSearch(text)).toEqual({ search, organization: undefined, problems: [] });
  });

  it('leaves an organization to be looked up', () => {
    expect(parseSearch('organization:"Acme Observatory"')).toEqual({ search: {}, organization: 'Acme Observatory', problems: [] });
  });

  it.each([
    ['color:red', ['color']],
    ['type:ssh type:vscode', ['type']],
    ['Type:ssh TYPE:ssh', ['type']],
    ['type:telnet', ['type']],
    ['status:open', ['status']],
    ['workspace_id:12', ['workspace_id']],
    ['connection_id:xyz', ['connection_id']],
    ['connected_after:yesterday', ['connected_after']],
    ['connected_after:2026-02-30T00:00:00Z', ['connected_after']],
    ['connected_after:2026-01-01T24:00:00Z', ['connected_after']],
    ['connected_before:2026-01-01', ['connected_before']],
    ['username:', ['username']],
    ['username:""', ['username']],
    ['hello', ['q']],
    ['hello world', ['q', 'q']],
    ['username:"never closed', ['username']],
    ['username:"a"b', ['username']],
    ['user"name:x', ['q']],
    [':x', ['q']],
    ['username:a\0b', ['q']],
    ['__proto__:x', ['__proto__']],
    ['constructor:x', ['constructor']],
    ['hello type:telnet color:red status:open type:ssh', ['q', 'type', 'color', 'status', 'type']],
  ])('%j is refused by %j', (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  it('has an example of every key that the parser takes', () => {
    for (const { example } of KEYS) expect(parseSearch(example).problems, example).toEqual([]);
  });

  it('takes time in proportion to its length, whatever it holds', () => {
    for (const text of [
      'a'.repeat(200_000),
      'a:'.repeat(100_000),
      '"'.repeat(200_000),
      'a:"'.repeat(60_000),
      'a:"\\'.repeat(60_000),
      ' '.repeat(200_000),
    ]) {
      const started = performance.now();
      parseSearch(text);
      expect(performance.now() - started, JSON.stringify(text.slice(0, 4))).toBeLessThan(5_000);
    }
  });
});
