/**
 * `durable`: what was acknowledged outlives a kill -9 (quickstart, fault tests).
 * `fast`: acknowledged from memory, for specs that never kill the server.
 */
export type Profile = 'durable' | 'fast';

/** How one kind of server is started and recognised. */
export interface ServerProgram {
  /** Also the name of its state and log files. */
  readonly name: 'mongod' | 'valkey';
  readonly label: string;
  readonly binary: string;
  readonly dataDir: string;
  args(port: number): string[];
  /** Texts that only the command line of this server on this data directory contains. */
  readonly markers: readonly string[];
  /** Resolves when the server can be used; rejects when `signal` aborts or it answers nonsense. */
  ready(port: number, signal: AbortSignal): Promise<void>;
}
