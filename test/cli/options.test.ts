/** The options that every command takes, and what is said where they are wrong. */
import { afterEach, describe, expect, inject, it } from 'vitest';
import { makeProject, type DiskProject } from './project.js';

const SCHEMA = 'CREATE TABLE things (id integer PRIMARY KEY, name text NOT NULL);\n';
const GOOD = '-- name: ListThings :many\nSELECT * FROM things;\n';
const BAD = "-- name: Bad :many\nSELECT 'ü', nothing FROM things;\n";

const projects: DiskProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.drop()));
});

async function project(files: Readonly<Record<string, string>> = {}): Promise<DiskProject> {
  const made = await makeProject(inject('databaseUrl'), { 'schema.sql': SCHEMA, 'queries/things.sql': GOOD, ...files });
  projects.push(made);
  return made;
}

describe('--format', () => {
  const help = expect.stringMatching(/^Check the column/i);

  it('json prints one document with every problem, and nothing else on stdout', async () => {
    const disk = await project({ 'queries/bad.sql': BAD });
    const { code, stdout } = await disk.run('--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        {
          severity: 'error',
          message: 'column "nothing" does not exist',
          file: 'queries/bad.sql',
          line: 2,
          column: 13,
          endLine: 2,
          endColumn: 20,
          sqlstate: '42703',
          help,
          query: 'Bad',
        },
      ],
    });
  });

  it('json of a run without problems has none', async () => {
    const { code, stdout } = await (await project()).run('-f', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ problems: [] });
  });

  it('json names each generated file that check finds out of date', async () => {
    const { code, stdout } = await (await project()).run('check', '--format', 'json');
    expect(code).toBe(1);
    const { problems } = JSON.parse(stdout) as { problems: readonly { readonly file: string }[] };
    expect(problems.map(({ file }) => file).sort()).toEqual([
      'generated/index.ts',
      'generated/models.ts',
      'generated/things.ts',
      'generated/unfiltered.ts',
    ]);
  });

  it('github prints a workflow command for each problem', async () => {
    const disk = await project({ 'queries/bad.sql': BAD });
    const { stdout } = await disk.run('--format', 'github');
    expect(stdout).toMatch(
      /^::error file=queries\/bad\.sql,line=2,col=13,endLine=2,endColumn=20,title=sqlward 42703::column "nothing" does not exist%0Ahelp: .*\n$/i,
    );
  });

  it('sarif prints a log with the place of each problem', async () => {
    const disk = await project({ 'queries/bad.sql': BAD });
    const log = JSON.parse((await disk.run('--format', 'sarif')).stdout) as { runs: readonly { results: readonly unknown[] }[] };
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'sqlward', rules: [{ id: '42703' }] } } }] });
    expect(log.runs[0]?.results).toEqual([
      {
        ruleId: '42703',
        level: 'error',
        message: { text: expect.stringContaining('column "nothing" does not exist') },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'queries/bad.sql' },
              region: { startLine: 2, startColumn: 13, endLine: 2, endColumn: 20 },
            },
          },
        ],
      },
    ]);
  });

  it('leaves stdout to the document of inspect', async () => {
    const disk = await project({ 'queries/bad.sql': BAD });
    const { stdout, stderr } = await disk.run('inspect', '--format', 'github');
    expect(JSON.parse(stdout)).toMatchObject({ queries: [{ name: 'ListThings' }] });
    expect(stderr).toMatch(/^::error file=queries\/bad\.sql/m);
  });

  it('is one of four', async () => {
    const { code, stderr } = await (await project()).run('--format', 'xml');
    expect(code).toBe(1);
    expect(stderr).toContain("argument 'xml' is invalid. Allowed choices are text, json, github, sarif.");
  });
});

describe('how much is said', () => {
  it('is nothing but problems with --quiet', async () => {
    const disk = await project();
    expect(await disk.run('--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    await disk.put('queries/bad.sql', BAD);
    const { stdout, stderr } = await disk.run('--quiet');
    expect(stdout).toBe('');
    expect(stderr).toContain('queries/bad.sql:2:13: error');
  });

  it('is a line for each file with --verbose, and without it only their number', async () => {
    const disk = await project();
    expect((await disk.run()).stdout).not.toContain('wrote');
    await disk.remove('generated');
    expect((await disk.run('--verbose')).stdout).toMatch(/^ {2}wrote generated\/things\.ts$/m);
  });

  it('is in colour where it is asked for, and never where NO_COLOR is set', async () => {
    const disk = await project({ 'queries/bad.sql': BAD });
    const colored = await disk.runSeen([], { environment: { FORCE_COLOR: '1' } });
    expect(colored.stderr).toContain('\u001b[');
    const plain = await disk.runSeen([], { environment: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stderr).not.toContain('\u001b[');
    // eslint-disable-next-line no-control-regex -- the codes that a terminal takes for colour
    expect(colored.stderr.replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain.stderr);
  });
});

describe('what is looked for', () => {
  it('is the nearest configuration upwards, and paths are told as the shell knows them', async () => {
    const disk = await project({ 'queries/bad.sql': BAD, 'src/deep/keep.txt': '' });
    const { code, stderr } = await disk.runSeen([], { cwd: 'src/deep' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\.\.\/\.\.\/queries\/bad\.sql:2:13: error/);
  });

  it('is a command that exists: another one is told its nearest', async () => {
    const disk = await project();
    const { code, stderr } = await disk.run('chekc');
    expect(code).toBe(1);
    expect(stderr).toContain("unknown command 'chekc'");
    expect(stderr).toContain('(Did you mean check?)');
    expect(await disk.files('generated')).toEqual({});
  });

  it('is generate where no command is named, whatever options come first', async () => {
    const disk = await project();
    expect((await disk.run('-c', 'sqlc.yaml', '--out', 'elsewhere')).code).toBe(0);
    expect(Object.keys(await disk.files('elsewhere'))).toContain('things.ts');
  });

  it('is a database: which one is told, and why', async () => {
    const disk = await project();
    await disk.put(
      'sqlc.yaml',
      'version: "2"\nsql: [{engine: postgresql, schema: schema.sql, queries: queries, codegen: [{plugin: sqlward, out: generated}]}]\n',
    );
    const url = inject('databaseUrl');
    const { stderr, stdout } = await disk.runSeen(['generate'], { environment: { DATABASE_URL: url } });
    expect(stdout).toContain('(from DATABASE_URL)');
    expect(stderr).toContain('relation "things" does not exist');
    expect((await disk.run('--database', url)).stdout).toContain('(from --database)');
  });

  it('is a URL that says which kind it is', async () => {
    const disk = await project();
    const { code, stderr } = await disk.run('--database', 'localhost:5432');
    expect(code).toBe(1);
    expect(stderr).toContain("error: the database's URL cannot be read: it does not begin with postgres://");
  });

  it('is a folder that can be written: one that cannot is told in one line', async () => {
    const disk = await project({ generated: 'a file in the place of the folder\n' });
    const { code, stderr } = await disk.run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: (?:EEXIST|ENOTDIR): .*generated/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
