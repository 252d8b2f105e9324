import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { BINARY_DIR } from '../../local/bootstrap/paths.mjs';
import { resolveServers } from '../../local/servers/resolve.ts';
import { choosePort } from '../../local/stack/ports.ts';
import { eventually } from '../support/eventually.js';
import { failedStart, migrate } from '../support/process.js';
import { testStack, type TestStack } from '../support/stack.js';

type Failed = Awaited<ReturnType<typeof failedStart>>;

/** Each start tries for some twenty seconds, so they all run at once. */
describe('start without what is needed', () => {
  let stack: TestStack;
  let mongod: ChildProcess;
  let folder: string;
  let squatter: Server;
  let failed: Record<'mongodb' | 'valkey' | 'migrations' | 'port' | 'standalone', Failed>;
  let squatted: number;

  beforeAll(async () => {
    stack = await testStack();
    expect((await migrate(['up'], stack.env)).code).toBe(0);
    const nobody = `127.0.0.1:${await choosePort([])}`;
    const standalone = await startStandalone();
    squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    squatted = (squatter.address() as { port: number }).port;

    const [mongodb, valkey, migrations, port, noSet] = await Promise.all([
      failedStart({ ...stack.env, MONGODB_URI: `mongodb://user:swordfish@${nobody}/entrepot` }),
      failedStart({ ...stack.env, REDIS_URL: `redis://user:swordfish@${nobody}` }),
      migrate(['up'], { ...stack.env, MONGODB_URI: `mongodb://user:swordfish@${nobody}/entrepot` }),
      failedStart({ ...stack.env, PORT: String(squatted) }),
      failedStart({ ...stack.env, MONGODB_URI: standalone }),
    ]);
    failed = { mongodb, valkey, migrations, port, standalone: noSet };
  }, 120_000);

  afterAll(async () => {
    squatter.close();
    const ended = new Promise((resolve) => mongod.once('exit', resolve));
    mongod.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    await stack.release();
  });

  async function startStandalone(): Promise<string> {
    const found = await resolveServers({
      binaryDir: BINARY_DIR,
      env: {},
      log: () => undefined,
      ownOnly: true,
    });
    if (found.mongodb.kind === 'external') throw new Error('an own server was asked for');
    folder = mkdtempSync(join(tmpdir(), 'entrepot-standalone-'));
    const port = await choosePort([]);
    const args = ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'];
    mongod = spawn(found.mongodb.path, args, { stdio: 'ignore' });
    const uri = `mongodb://127.0.0.1:${port}/entrepot`;
    await eventually(async () => {
      const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 1_000 });
      await client
        .db()
        .command({ ping: 1 })
        .finally(() => client.close());
    });
    return uri;
  }

  it.each([
    [
      'mongodb',
      /^MongoDB is not reachable at mongodb:\/\/user:\*\*\*@127\.0\.0\.1:\d+\/entrepot after 5 tries: /,
    ],
    ['valkey', /^Valkey\/Redis is not reachable at redis:\/\/user:\*\*\*@127\.0\.0\.1:\d+: /],
    [
      'migrations',
      /^MongoDB is not reachable at mongodb:\/\/user:\*\*\*@127\.0\.0\.1:\d+\/entrepot after 5 tries: /,
    ],
    ['port', /^Port \d+ on 127\.0\.0\.1 is taken; set PORT to a free one\.$/m],
    ['standalone', /it is not a replica set, which transactions need; start it with --replSet$/m],
  ] as const)('%s: one sentence on stderr, exit code 1, no password, no stack', (name, sentence) => {
    const { code, stderr, stdout } = failed[name];
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout + stderr).not.toMatch(/swordfish|\n\s+at /);
  });

  it('says of each try that MongoDB is not there yet', () => {
    const waits = failed.mongodb.logs().filter(({ msg }) => msg === 'MongoDB is not reachable yet');
    expect(waits.map(({ retryInMs }) => retryInMs as number)).toEqual([500, 1_000, 2_000, 4_000]);
  });
});
