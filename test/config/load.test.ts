import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { loadConfig, type LoadInput } from '../../src/config/load.js';

function load(text: string, input: Partial<LoadInput> = {}): Config {
  return loadConfig({ path: '/project/sqlc.yaml', environment: {}, ...input, text });
}

function entry(rest: string): string {
  return `version: "2"\nsql:\n  - engine: postgresql\n    schema: schema.sql\n    queries: queries\n${rest}`;
}

const PLUGIN = '    codegen: [{plugin: sqlward, out: generated}]\n';

describe('defaults', () => {
  it('are filled in', () => {
    const config = load(entry(PLUGIN));
    expect(config.directory).toBe('/project');
    expect(config.file.path).toBe('sqlc.yaml');
    expect(config.notes).toEqual([]);
    expect(config.projects).toEqual([
      {
        name: undefined,
        schema: ['schema.sql'],
        queries: ['queries'],
        out: 'generated',
        database: { kind: 'embedded' },
        managed: false,
        options: {
          case: 'camel',
          int8: 'string',
          numeric: 'string',
          timestamp: 'date',
          date: 'string',
          time: 'string',
          interval: 'string',
          jsonNumbers: 'number',
          parameters: 'strict',
          unknownLabels: 'throw',
          runtime: 'sqlward/runtime',
          importExtension: undefined,
          overrides: [],
          guard: { require: [], exempt: {} },
          rename: {},
          emitExactTableNames: false,
          omitUnusedStructs: false,
          inflectionExcludeTableNames: [],
        },
      },
    ]);
  });

  it('take a number for the version, and lists for paths', () => {
    const config = load(
      'version: 2\nsql:\n  - engine: postgresql\n    schema: [a.sql, "b/*.sql"]\n    queries:\n      - one\n      - two.sql\n' + PLUGIN,
    );
    expect(config.projects[0]?.schema).toEqual(['a.sql', 'b/*.sql']);
    expect(config.projects[0]?.queries).toEqual(['one', 'two.sql']);
  });

  it('read JSON, tabs and all', () => {
    const text = JSON.stringify(
      { version: '2', sql: [{ engine: 'postgresql', schema: 's.sql', queries: 'q', codegen: [{ plugin: 'sqlward', out: 'g' }] }] },
      undefined,
      '\t',
    );
    expect(load(text, { path: '/project/sqlc.json' }).projects[0]?.out).toBe('g');
  });

  it('survive a byte order mark, CRLF, anchors and merge keys', () => {
    const text =
      '\uFEFFversion: "2"\nsql:\n  - &base\n    engine: postgresql\n    schema: s.sql\n    queries: a\n    codegen: [{plugin: sqlward, out: a}]\n' +
      '  - <<: *base\n    queries: b\n    codegen: [{plugin: sqlward, out: b}]\n';
    const config = load(text.replaceAll('\n', '\r\n'));
    expect(config.projects.map(({ schema, queries, out }) => [schema, queries, out])).toEqual([
      [['s.sql'], ['a'], 'a'],
      [['s.sql'], ['b'], 'b'],
    ]);
  });
});

describe('options', () => {
  it('are read from the plugin entry, each override with its place', () => {
    const text = entry(`    codegen:
      - plugin: sqlward
        out: ./src/db/
        options:
          case: snake
          int8: bigint
          numeric: number
          timestamp: temporal
          date: date
          time: temporal
          interval: temporal
          json_numbers: exact
          brand: primary_keys
          unknown_labels: pass
          runtime: "#runtime"
          import_extension: none
          rename: {spotify_url: SpotifyURL}
          emit_exact_table_names: yes
          inflection_exclude_table_names: [campus]
          overrides:
            - column: users.settings
              ts_type: Settings
              import: ../settings.js
            - db_type: ltree
              ts_type: "readonly string[]"
            - column: "*.*.note"
              nullable: false
              nullable_elements: true
          guard:
            require: [documents, audit.events]
            exempt: {CountDocuments: a number and no rows}
`);
    const [project] = load(text).projects;
    expect(project?.out).toBe('src/db');
    expect(project?.options).toEqual({
      case: 'snake',
      int8: 'bigint',
      numeric: 'number',
      timestamp: 'temporal',
      date: 'date',
      time: 'temporal',
      interval: 'temporal',
      jsonNumbers: 'exact',
      parameters: 'strict',
      brand: 'primary_keys',
      unknownLabels: 'pass',
      runtime: '#runtime',
      importExtension: 'none',
      rename: { spotify_url: 'SpotifyURL' },
      emitExactTableNames: true,
      omitUnusedStructs: false,
      inflectionExcludeTableNames: ['campus'],
      overrides: [
        {
          target: { column: 'users.settings' },
          tsType: 'Settings',
          import: '../settings.js',
          nullable: undefined,
          nullableElements: undefined,
          start: text.indexOf('column: users.settings'),
        },
        {
          target: { type: 'ltree' },
          tsType: 'readonly string[]',
          import: undefined,
          nullable: undefined,
          nullableElements: undefined,
          start: text.indexOf('db_type: ltree'),
        },
        {
          target: { column: '*.*.note' },
          tsType: undefined,
          import: undefined,
          nullable: false,
          nullableElements: true,
          start: text.indexOf('column: "*.*.note"'),
        },
      ],
      guard: { require: ['documents', 'audit.events'], exempt: { CountDocuments: 'a number and no rows' } },
    });
  });

  it('take the naming keys of gen.go and of the global overrides, and pass over the rest with one line', () => {
    const config = load(
      entry(`    strict_order_by: false
    rules: [sqlc/db-prepare]
    gen:
      go:
        package: db
        out: internal/db
        sql_package: pgx/v5
        emit_json_tags: true
        emit_exact_table_names: true
        inflection_exclude_table_names: [meta]
        rename: {a: LocalA, b: LocalB}
        overrides:
          - {column: users.id, go_type: github.com/google/uuid.UUID}
        some_key_of_a_later_sqlc: 1
${PLUGIN}overrides:
  go:
    rename: {b: GlobalB}
    overrides: [{db_type: uuid, go_type: string}]
`),
    );
    const options = config.projects[0]?.options;
    expect(options?.rename).toEqual({ a: 'LocalA', b: 'GlobalB' });
    expect(options?.emitExactTableNames).toBe(true);
    expect(options?.inflectionExcludeTableNames).toEqual(['meta']);
    expect(config.notes).toEqual([
      'sqlc.yaml:9: sql[0].gen.go: passed over what only means something to Go: package, sql_package, emit_json_tags, overrides, some_key_of_a_later_sqlc',
    ]);
  });

  it('say more than gen.go does', () => {
    const config = load(
      entry('    gen: {go: {out: db, rename: {a: A, b: B}, emit_exact_table_names: true}}\n') +
        '    codegen: [{plugin: sqlward, out: g, options: {rename: {b: Bee}, emit_exact_table_names: false}}]\n',
    );
    expect(config.projects[0]?.options.rename).toEqual({ a: 'A', b: 'Bee' });
    expect(config.projects[0]?.options.emitExactTableNames).toBe(false);
  });
});

describe('the output folder', () => {
  const go = '    gen: {go: {package: store, out: internal/store}}\n';

  it('may come from the command line, where the file names none', () => {
    expect(load(entry(go), { out: '/project/web/db' }).projects[0]?.out).toBe('web/db');
    expect(load(entry(go), { out: '/elsewhere' }).projects[0]?.out).toBe('../elsewhere');
  });

  it('of the command line wins over the file', () => {
    expect(load(entry(PLUGIN), { out: '/project/other' }).projects[0]?.out).toBe('other');
  });

  it('of the command line holds one folder for each of several entries', () => {
    const text = `version: "2"
sql:
  - {name: billing, engine: postgresql, schema: s.sql, queries: a}
  - {engine: postgresql, schema: s.sql, queries: b, gen: {go: {package: store, out: x}}}
  - {engine: postgresql, schema: s.sql, queries: c, gen: {go: {out: internal/store}}}
  - {engine: postgresql, schema: s.sql, queries: d}
  - {engine: mysql, schema: s.sql, queries: e}
  - {engine: mine, schema: s.sql, queries: f}
engines: [{name: mine, process: {cmd: sqlc-engine-mine}}]
`;
    const config = load(text, { out: '/project/db' });
    expect(config.projects.map(({ out }) => out)).toEqual(['db/billing', 'db/store', 'db/store_2', 'db/4']);
    expect(config.notes).toEqual([
      'sqlc.yaml:4: sql[1].gen.go: passed over what only means something to Go: package',
      'sqlc.yaml:7: sql[4]: passed over: its engine is mysql',
      'sqlc.yaml:8: sql[5]: passed over: its engine is mine',
    ]);
  });

  it('leaves out the entries that do not name the plugin, where another does', () => {
    const config = load(`version: "2"
sql:
  - {engine: mysql, schema: s.sql, queries: a}
  - {engine: postgresql, schema: s.sql, queries: b}
  - {engine: postgresql, schema: s.sql, queries: c, codegen: [{plugin: sqlward, out: g}]}
`);
    expect(config.projects.map(({ queries }) => queries)).toEqual([['c']]);
    expect(config.notes).toEqual([
      'sqlc.yaml:3: sql[0]: passed over: it has no codegen entry for sqlward',
      'sqlc.yaml:4: sql[1]: passed over: it has no codegen entry for sqlward',
    ]);
  });
});

describe('version 1', () => {
  it('is read, given a folder for the output', () => {
    const config = load(
      `version: "1"
packages:
  - name: db
    path: internal/db
    schema: ./migrations
    queries: [a.sql, b.sql]
    emit_json_tags: true
    emit_exact_table_names: true
  - path: internal/other
    engine: postgresql
    schema: s.sql
    queries: q
rename: {spotify_url: SpotifyURL}
overrides: [{db_type: uuid, go_type: string}]
`,
      { out: '/project/ts' },
    );
    expect(config.projects.map(({ name, out, schema, queries }) => [name, out, schema, queries])).toEqual([
      ['db', 'ts/db', ['./migrations'], ['a.sql', 'b.sql']],
      [undefined, 'ts/other', ['s.sql'], ['q']],
    ]);
    expect(config.projects.map(({ options }) => options.emitExactTableNames)).toEqual([true, false]);
    expect(config.projects[1]?.options.rename).toEqual({ spotify_url: 'SpotifyURL' });
    expect(config.notes).toEqual(['sqlc.yaml:3: packages[0]: passed over what only means something to Go: emit_json_tags']);
  });
});

describe('the database', () => {
  const database = (text: string, input: Partial<LoadInput> = {}) => load(entry(text + PLUGIN), input).projects[0]?.database;
  const environment = { DATABASE_URL: 'postgres://env/app', HOST: 'example.com', SECRET: 'p$1' };

  it('is embedded where nothing is said', () => {
    expect(database('')).toEqual({ kind: 'embedded' });
    expect(database('', { environment: { DATABASE_URL: '' } })).toEqual({ kind: 'embedded' });
  });

  it('is DATABASE_URL for an entry that names none', () => {
    expect(database('', { environment })).toEqual({ kind: 'url', url: 'postgres://env/app', from: 'DATABASE_URL' });
  });

  it("is the entry's own uri before DATABASE_URL, its variables put in literally", () => {
    expect(database('    database: {uri: "postgres://u:${SECRET}@${HOST}/app"}\n', { environment })).toEqual({
      kind: 'url',
      url: 'postgres://u:p$1@example.com/app',
      from: 'database.uri',
    });
  });

  it('is not the uri where the analyzer is told not to ask it', () => {
    expect(database('    database: {uri: "${UNSET}"}\n    analyzer: {database: false}\n')).toEqual({ kind: 'embedded' });
  });

  it('is a scratch database on the first PostgreSQL server, where it is managed', () => {
    const servers =
      'servers:\n  - {engine: mysql, uri: "mysql://x"}\n  - {name: main, engine: postgresql, uri: "postgres://${HOST}/postgres"}\n';
    const config = load(entry('    database: {managed: true}\n' + PLUGIN) + servers, { environment });
    expect(config.projects[0]?.database).toEqual({ kind: 'managed', serverUrl: 'postgres://example.com/postgres' });
  });

  it('is embedded where it is managed and no server is listed', () => {
    const config = load(entry('    database: {managed: true}\n' + PLUGIN) + 'cloud: {project: "01"}\n', { environment });
    expect(config.projects[0]?.database).toEqual({ kind: 'embedded' });
    expect(config.notes).toEqual([
      'sqlc.yaml:6: sql[0].database.managed: no server is listed for a managed database, so the embedded one stands in',
    ]);
  });

  it('is the next in this order where a variable of the file is not set, with a note', () => {
    const uri = entry('    database: {uri: "postgres://${UNSET_USER}:${UNSET_PASSWORD}@${UNSET_USER}/app"}\n' + PLUGIN);
    expect(load(uri).projects[0]?.database).toEqual({ kind: 'embedded' });
    expect(load(uri).notes).toEqual([
      'sqlc.yaml:6: sql[0].database.uri: UNSET_USER and UNSET_PASSWORD are not set, so the embedded database stands in',
    ]);
    expect(load(uri, { environment }).projects[0]?.database).toEqual({ kind: 'url', url: 'postgres://env/app', from: 'DATABASE_URL' });
    const managed = load(entry('    database: {managed: true}\n' + PLUGIN) + 'servers: [{uri: "${UNSET}"}]\n');
    expect(managed.projects[0]?.database).toEqual({ kind: 'embedded' });
    expect(managed.notes).toEqual(['sqlc.yaml:8: servers[0].uri: UNSET is not set, so the embedded database stands in']);
  });

  it('is no server of the list that has no uri', () => {
    const config = load('servers: [{engine: postgresql}]\n' + entry('    database: {managed: true}\n' + PLUGIN));
    expect(config.projects[0]?.database).toEqual({ kind: 'embedded' });
  });

  it("counts as the file's own only where the file gives one that is asked", () => {
    const managed = (text: string, input: Partial<LoadInput> = {}) => load(entry(text + PLUGIN), input).projects[0]?.managed;
    expect(managed('', { environment, databaseUrl: 'postgres://cli/app' })).toBe(false);
    expect(managed('    database: {uri: "postgres://u/app"}\n')).toBe(true);
    expect(managed('    database: {managed: true}\n')).toBe(true);
    expect(managed('    database: {uri: "postgres://u/app"}\n    analyzer: {database: false}\n')).toBe(false);
  });

  it('of the command line wins over all of them', () => {
    const url = { kind: 'url', url: 'postgres://cli/app', from: '--database' };
    expect(database('    database: {managed: true}\n', { environment, databaseUrl: 'postgres://cli/app' })).toEqual(url);
    expect(database('    database: {uri: "${UNSET}"}\n', { environment, databaseUrl: 'postgres://cli/app' })).toEqual(url);
  });
});
