import type { Profile, ServerProgram } from './program.ts';
import { becomePrimary } from './replica-set.ts';

/** mongod as the only member of the replica set rs0: transactions and change streams need a replica set. */
export function mongodProgram(binary: string, dataDir: string, profile: Profile): ServerProgram {
  return {
    name: 'mongod',
    label: 'MongoDB',
    binary,
    dataDir,
    markers: [`--dbpath ${dataDir} --port`],
    args: (port) => [
      ...['--dbpath', dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...['--replSet', 'rs0', '--wiredTigerCacheSizeGB', profile === 'fast' ? '0.5' : '1', '--quiet'],
      // A set of one has nobody to hand over to: by default it would wait 15 s for that at every stop.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    ready: (port, signal) => becomePrimary(port, profile, signal),
  };
}
