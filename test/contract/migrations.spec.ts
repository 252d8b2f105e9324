import mongoose, { mongo } from 'mongoose';
import { withMigrationLock } from '../../src/platform/database/migrations/migration-lock.js';
import { Migrator } from '../../src/platform/database/migrations/migrator.js';
import { failedStart, migrate } from '../support/process.js';
import { testStack, type TestStack } from '../support/stack.js';

describe('migrations', () => {
  let stack: TestStack;
  let client: mongo.MongoClient;
  let db: mongo.Db;

  beforeEach(async () => {
    stack = await testStack();
    client = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    db = client.db();
  });
  afterEach(async () => {
    await client.close();
    await stack.release();
  });

  const ids = async (): Promise<string[]> => (await new Migrator(db).status()).map(({ id }) => id);

  it('up applies everything, a second up nothing', async () => {
    const all = await ids();
    const first = await migrate(['up'], stack.env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(applied(first.stdout)).toEqual(all);
    const before = await snapshot(db);
    const second = await migrate(['up'], stack.env);
    expect(second).toMatchObject({ code: 0, stdout: 'nothing to do\n' });
    expect(await snapshot(db)).toEqual(before);
    const { stdout } = await migrate(['status'], stack.env);
    for (const id of all) expect(stdout).toContain(id);
  });

  it('down, then up gives the same indexes', async () => {
    const migrator = new Migrator(db);
    const all = await migrator.up();
    const before = await indexes(db);
    expect(before).not.toEqual({});
    expect(await migrator.down({ steps: all.length })).toEqual([...all].reverse());
    expect(
      Object.values(await indexes(db))
        .flat()
        .filter(({ name }) => name !== '_id_'),
    ).toEqual([]);
    expect(await migrator.up()).toEqual(all);
    expect(await indexes(db)).toEqual(before);
  });

  it('each migration can be taken back and applied by itself', async () => {
    const migrator = new Migrator(db);
    const all = await migrator.up();
    const before = await indexes(db);
    for (const steps of all.keys()) {
      await migrator.down({ steps: steps + 1 });
      await migrator.up();
      expect(await indexes(db)).toEqual(before);
    }
  });

  it('a dry run changes nothing', async () => {
    const all = await ids();
    const up = await migrate(['up', '--dry-run'], stack.env);
    expect(up.stdout).toContain(`would apply ${all.length}`);
    expect(await snapshot(db)).toEqual({});
    await new Migrator(db).up();
    const before = await snapshot(db);
    const down = await migrate(['down', '--dry-run', '--steps', '99'], stack.env);
    expect(down.stdout).toContain(`would revert ${all.length}`);
    expect(await snapshot(db)).toEqual(before);
  });

  it('two processes at once apply each migration once', async () => {
    const all = await ids();
    const both = await Promise.all([migrate(['up'], stack.env), migrate(['up'], stack.env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.flatMap(({ stdout }) => applied(stdout)).sort()).toEqual(all);
    expect(await db.collection('migrations').countDocuments()).toBe(all.length);
    expect(await db.collection('migration_lock').countDocuments()).toBe(0);
  });

  it("takes over a dead holder's lock when its lease is over, and waits while it lives", async () => {
    const locks = db.collection<{ _id: string; owner: string; expiresAt: Date }>('migration_lock');
    await locks.insertOne({ _id: 'lock', owner: 'a killed process', expiresAt: new Date(Date.now() + 400) });
    const lease = (await locks.findOne())!.expiresAt.getTime();
    const enteredAt = await withMigrationLock(db, async () => Date.now(), { leaseMs: 300, pollMs: 10 });
    expect(enteredAt).toBeGreaterThanOrEqual(lease);
    expect(await locks.countDocuments()).toBe(0);
  });

  it('renews the lease of work that takes longer', async () => {
    const seen: string[] = [];
    let second: Promise<void> | undefined;
    await withMigrationLock(
      db,
      async () => {
        second = withMigrationLock(db, async () => void seen.push('second'), { leaseMs: 200, pollMs: 10 });
        const locks = db.collection<{ expiresAt: Date }>('migration_lock');
        const before = (await locks.findOne())!.expiresAt;
        // three leases must have been taken before the first would be over three times
        while ((await locks.findOne())!.expiresAt.getTime() < before.getTime() + 600);
        seen.push('first');
      },
      { leaseMs: 200, pollMs: 10 },
    );
    await second;
    expect(seen).toEqual(['first', 'second']);
  });

  it('the application does not serve a database that lacks migrations', async () => {
    await new Migrator(db).up();
    await new Migrator(db).down({ steps: 1 });
    const missing = (await ids()).at(-1)!;
    const { code, stderr } = await failedStart(stack.env);
    expect(code).toBe(1);
    expect(stderr).toBe(`The database lacks migrations (${missing}): run \`npm run migrate -- up\` first.\n`);
  });
});

function applied(stdout: string): string[] {
  return [...stdout.matchAll(/^applying (\S+):/gm)].map(([, id]) => id ?? '');
}

async function indexes(db: mongo.Db): Promise<Record<string, { name: string }[]>> {
  const all: Record<string, { name: string }[]> = {};
  for (const { name } of await db.listCollections().toArray()) {
    if (name === 'migrations' || name === 'migration_lock') continue;
    const own = (await db.collection(name).indexes()) as { name: string }[];
    all[name] = own.sort((a, b) => a.name.localeCompare(b.name));
  }
  return all;
}

async function snapshot(db: mongo.Db): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const { name } of await db.listCollections().toArray()) {
    if (name === 'migration_lock') continue;
    all[name] = {
      indexes: await db.collection(name).indexes(),
      documents: await db.collection(name).find().toArray(),
    };
  }
  return all;
}
