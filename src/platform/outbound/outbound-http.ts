import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AddressResolver } from './address-resolver.js';
import { AddressRule } from './address-rule.js';
import { guardedConnector } from './guarded-connector.js';
import { outboundError } from './outbound-error.js';

const CONNECT_MS = 5_000;
const CONNECTIONS_PER_ORIGIN = 8;
/** How much of an answer is read; the connection is closed on the rest. */
export const KEPT_BYTES = 4_096;

export interface OutboundCall {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** For connection, answer and body together. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The first 4 KiB as they came, never decompressed. */
  body: string;
}

/**
 * POSTs to addresses that tenants chose: public ones only, redirects are answers like others, what comes back is
 * bounded in size and time.
 */
@Injectable()
export class OutboundHttp implements OnApplicationShutdown {
  readonly rule: AddressRule;
  private readonly agent: Agent;

  constructor(@Inject(CONFIG) { outbound }: Config) {
    this.rule = new AddressRule(outbound.allowedNetworks);
    this.agent = new Agent({
      connect: guardedConnector(this.rule, new AddressResolver(outbound.dnsServers), CONNECT_MS),
      connections: CONNECTIONS_PER_ORIGIN,
      keepAliveTimeout: 10_000,
      keepAliveMaxTimeout: 60_000,
    });
  }

  /** @throws OutboundError when there was no answer; the signal's reason when that ended it */
  async post({ url, headers, body, timeoutMs, signal }: OutboundCall): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.agent.request({
        ...target(url),
        method: 'POST',
        headers,
        body,
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
      });
      return { status: answer.statusCode, headers: answer.headers, body: await firstOf(answer.body) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw outboundError(error, timeoutMs);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

function target(url: string): { origin: string; path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

/** Leaving the loop destroys the stream and with it the connection: the rest is not even received. */
async function firstOf(stream: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= KEPT_BYTES) break;
    }
  } catch {
    // the status has told what there was to tell
  }
  return Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString('utf8').replaceAll('\0', '');
}
