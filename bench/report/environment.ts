import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import mongoose from 'mongoose';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { CONNECTIONS, type BenchOptions } from '../options.ts';
import type { Cores } from '../servers/cores.ts';

/** Where and how the figures came about: without it they say nothing. */
export async function describeEnvironment(mongodbUri: string, cores: Cores, options: BenchOptions) {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    mongodb: await mongodbVersion(mongodbUri),
    system: `${process.platform} ${process.arch} ${release()}`,
    cpu: processors[0]?.model ?? 'unknown',
    cpus: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    /** Of the machine, before the benchmark loads it: what is above 0 is noise in the figures. */
    loadAverageBefore: loadavg()[0] ?? 0,
    cores:
      cores.server === null
        ? 'not pinned'
        : `server under test ${cores.server}, database and load ${cores.others ?? ''}`,
    connections: CONNECTIONS,
    rounds: options.rounds,
    secondsPerRound: options.seconds,
  };
}
export type Environment = Awaited<ReturnType<typeof describeEnvironment>>;

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return null; // a release without history
  }
}

async function mongodbVersion(uri: string): Promise<string> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const { version } = await client.db().admin().serverInfo();
    return String(version);
  } finally {
    await client.close();
  }
}
