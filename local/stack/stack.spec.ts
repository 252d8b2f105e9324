import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { commandLine, findProcesses } from '../bootstrap/process.mjs';
import type { OwnStack } from './stack.ts';
import { startStack } from './stack.ts';
import { createStackFolder, removeStackFolder } from './sweep.ts';

/** The real servers: what was acknowledged outlives every way to end them. */
describe('startStack', () => {
  const shared = process.env.TEST_STACK_FOLDER;
  const dir = shared ? mkdtempSync(join(shared, 'stack-spec-')) : createStackFolder();
  let stack: OwnStack;

  beforeAll(async () => {
    stack = await startStack({ dir });
  });
  afterAll(() => removeStackFolder(dir));

  const withMongo = async <T>(work: (db: mongoose.mongo.Db) => Promise<T>): Promise<T> => {
    const client = new mongoose.mongo.MongoClient(stack.mongodbUri);
    try {
      return await work(client.db());
    } finally {
      await client.close();
    }
  };
  const withRedis = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(stack.redisUrl);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  };
  const count = () => withMongo((db) => db.collection('things').countDocuments());
  const insert = () =>
    withMongo((db) =>
      db.collection('things').insertOne({ at: new Date() }, { writeConcern: { w: 'majority' } }),
    );

  it('keeps acknowledged writes when mongod is killed', async () => {
    await insert();
    const before = stack.mongo.pid;
    await stack.mongo.kill('SIGKILL');
    expect(commandLine(before)).toBeNull();
    await stack.mongo.restart();
    expect(stack.mongo.pid).not.toBe(before);
    expect(await count()).toBe(1);
  });

  it('runs transactions: it is a replica set', async () => {
    const client = new mongoose.mongo.MongoClient(stack.mongodbUri);
    await client.withSession((session) =>
      session.withTransaction(() => client.db().collection('things').insertOne({ t: 1 }, { session })),
    );
    await client.close();
    expect(await count()).toBe(2);
  });

  it('wakes a frozen Valkey to restart it, and it evicts nothing', async () => {
    await withRedis((redis) => redis.set('kept', 'yes'));
    await stack.redis.kill('SIGSTOP');
    await stack.redis.restart();
    expect(await withRedis((redis) => redis.get('kept'))).toBe('yes');
    expect(await withRedis((redis) => redis.config('GET', 'maxmemory-policy'))).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
  });

  it('takes over the servers that a killed run left', async () => {
    const { pid, port } = stack.mongo;
    stack = await startStack({ dir });
    expect([stack.mongo.pid, stack.mongo.port]).toEqual([pid, port]);
  });

  it('moves to another port when something else has the previous one, with its data', async () => {
    const { port } = stack.mongo;
    await stack.stop();
    expect(findProcesses([dir])).toEqual([]);
    const other = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(other, 'listening');
    stack = await startStack({ dir });
    other.close();
    expect(stack.mongo.port).not.toBe(port);
    expect(await count()).toBe(2);
    await insert();
  });
});
