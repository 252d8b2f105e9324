import { Inject, Injectable } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { isoTime, LOGGER } from './logger.js';
import { Metrics } from './metrics.js';

/** What is told of an answered request. */
export interface AnsweredRequest {
  requestId: string;
  method: string;
  /** The route's pattern, so that there are few. */
  route: string;
  path: string;
  status: number;
  ms: number;
  ip: string;
  principal: string | undefined;
  shop: string | undefined;
}

type FixedFields = Omit<AnsweredRequest, 'requestId' | 'status' | 'ms'>;

/** What tells of requests that differ in these alone. */
export type TellRequest = (requestId: string, status: number, ms: number) => void;

/** The log line and the sample of the duration that every request leaves. */
@Injectable()
export class RequestLog {
  private readonly stream: { write(line: string): void };

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.stream = (logger as unknown as Record<typeof pino.symbols.streamSym, typeof this.stream>)[
      pino.symbols.streamSym
    ];
  }

  write({ requestId, status, ms, ...fixed }: AnsweredRequest): void {
    this.of(fixed)(requestId, status, ms);
  }

  /**
   * For requests alike. The line is pino's, but written here: its fields are known, none is ever secret, and what is the
   * same in each is made once, where pino takes as long as all else a repeated read costs.
   */
  of(fixed: FixedFields): TellRequest {
    const { method, route } = fixed;
    const known = `"pid":${process.pid},${JSON.stringify(fixed).slice(1, -1)}`;
    return (requestId, status, ms) => {
      this.metrics.requests.of(method, route, status).observe(ms / 1000);
      const level = this.levelOf(status, ms);
      if (!level || !this.logger.isLevelEnabled(level)) return;
      const own = `"requestId":${JSON.stringify(requestId)},"status":${status},"ms":${Math.round(ms * 10) / 10}`;
      this.stream.write(`{"level":"${level}"${isoTime()},${known},${own},"msg":"request"}\n`);
    };
  }

  private levelOf(status: number, ms: number): 'info' | 'warn' | 'error' | undefined {
    const { logs } = this.config;
    if (status >= 500 || ms > logs.slowErrorMs) return 'error';
    if (ms > logs.slowWarnMs) return 'warn';
    return logs.requests ? 'info' : undefined;
  }
}
