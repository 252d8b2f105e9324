import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import proxyAddr from '@fastify/proxy-addr';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { parseIp, subscriberNetwork } from '../../../kernel/ip-network.js';
import { Lifecycle } from '../../../platform/health/lifecycle.js';
import { pathOf } from '../../../platform/http/path-of.js';
import { LocalLimiter } from '../../../platform/limits/local-limiter.js';
import { Credentials } from '../../identity/index.js';
import { Feeds } from '../events/feeds.js';
import { TrackingEventsRepository } from '../events/tracking-events.repository.js';
import { OrderRoutes } from '../positions/order-routes.js';
import { PositionsService } from '../positions/positions.service.js';
import { CLOSE } from './close-codes.js';
import { serverMessage } from './server-messages.js';
import { SocketSession, type SessionParts } from './socket-session.js';
import { TrackingMetrics } from './tracking-metrics.js';
import { assertOrigin, chosenProtocol, refuseUpgrade, tokenOf, TRACKING_PATH } from './upgrade.js';

/** Of a message: a thousand orders with the events to resume from fit in. */
const MAX_PAYLOAD = 64 * 1024;
/** Of one socket: a gateway of a fleet reports some hundred orders. */
const MESSAGES = { limit: 2_000, windowMs: 10_000 };
/** So often that those asked at one tick do not hold up messages. */
const TICK_MS = 250;
const BUSY_MS = 2_000;
/** Clients of a stopping instance come back spread over this time, and are waited for this long. */
const RECONNECT_WITHIN_MS = 10_000;
const DRAIN_MS = 3_000;

/** The sockets of this instance: who may open one, who is still there, and their end. */
@Injectable()
export class TrackingGateway implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sessions = new Set<SocketSession>();
  private readonly perNetwork = new Map<string, number>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false, // a window for each of 10 000 sockets would cost more than it saves
    clientTracking: false,
    handleProtocols: chosenProtocol,
  });
  private readonly parts: SessionParts;
  private readonly rates = new LocalLimiter();
  private timer: NodeJS.Timeout | undefined;
  private tickedAt = performance.now();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: TrackingMetrics,
    @Inject(CONFIG) private readonly config: Config,
    credentials: Credentials,
    positions: PositionsService,
    feeds: Feeds,
    events: TrackingEventsRepository,
    routes: OrderRoutes,
  ) {
    const { subscriptions: limit, pingMs } = config.tracking;
    this.parts = {
      ...{ positions, feeds, events, routes, limit, pingMs, counts: metrics.counts },
      admit: (token, ip) => credentials.admit(token, ip),
      assertRate: (session) => {
        this.assertRate(session);
      },
    };
    metrics.watch(this.sessions);
  }

  onApplicationBootstrap(): void {
    if (!this.config.runs.sockets) return;
    const http = this.host.httpAdapter.getHttpServer() as Server & {
      shouldUpgradeCallback: (request: IncomingMessage) => boolean;
    };
    // whatever else asks to be upgraded is answered as any request
    http.shouldUpgradeCallback = ({ url = '' }) => pathOf(url) === TRACKING_PATH;
    http.on('upgrade', (request, socket: Duplex, head) => {
      socket.on('error', () => socket.destroy());
      try {
        const ip = proxyAddr(request, this.config.http.trustedProxies);
        this.admit(request, ip);
        this.server.handleUpgrade(request, socket, head, (opened) => {
          this.open(opened, socket, ip, tokenOf(request));
        });
      } catch (error) {
        this.metrics.refused.inc({ reason: error instanceof AppError ? error.code : 'internal_error' });
        refuseUpgrade(
          socket,
          error instanceof AppError ? error : new AppError('internal_error', 'No socket.'),
        );
      }
    });
    this.timer = setInterval(
      () => {
        this.tick();
      },
      Math.min(TICK_MS, this.config.tracking.pingMs),
    ).unref();
  }

  /** Tells every client to come back, elsewhere and not all at once, and ends its socket. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    for (const session of this.sessions) {
      const afterMs = Math.floor(Math.random() * RECONNECT_WITHIN_MS);
      session.send(serverMessage('reconnect', { afterMs }));
      session.close(CLOSE.restart, 'The instance stops');
    }
    const deadline = performance.now() + DRAIN_MS;
    while (this.sessions.size > 0 && performance.now() < deadline) await sleep(20);
    for (const session of this.sessions) session.terminate();
  }

  /** @throws AppError `service_unavailable`, `origin_forbidden`, `too_many_connections` */
  private admit(request: IncomingMessage, ip: string): void {
    if (this.lifecycle.state === 'stopping')
      throw new AppError('service_unavailable', 'This instance stops; ask again.', { retryAfterSeconds: 1 });
    assertOrigin(request, this.config.http.corsOrigins);
    const { connections, connectionsPerIp } = this.config.tracking;
    if (this.sessions.size >= connections)
      throw new AppError('service_unavailable', `This instance has its ${connections} sockets; ask again.`, {
        retryAfterSeconds: 1,
      });
    if ((this.perNetwork.get(subscriberNetwork(parseIp(ip))) ?? 0) < connectionsPerIp) return;
    throw new AppError('too_many_connections', `At most ${connectionsPerIp} sockets of one address.`, {
      retryAfterSeconds: 10,
    });
  }

  private open(socket: WebSocket, wire: Duplex, ip: string, token: string | undefined): void {
    const network = subscriberNetwork(parseIp(ip));
    const session = new SocketSession(randomUUID(), ip, socket, wire, this.parts);
    this.sessions.add(session);
    this.perNetwork.set(network, (this.perNetwork.get(network) ?? 0) + 1);
    socket.once('close', (code) => {
      this.metrics.closed.inc({ code: String(code) });
      this.sessions.delete(session);
      const left = (this.perNetwork.get(network) ?? 1) - 1;
      if (left > 0) this.perNetwork.set(network, left);
      else this.perNetwork.delete(network);
    });
    if (token !== undefined) session.begin(token);
  }

  /** Ends who does not say who it is, who is silent, who does not read; asks the others from time to time. */
  private tick(): void {
    const now = performance.now();
    const { authMs, pingMs, slowMs } = this.config.tracking;
    // a process that was busy has not read what lies there: that is not the other side's silence
    const busy = now - this.tickedAt > BUSY_MS;
    this.tickedAt = now;
    if (busy) return;
    for (const session of this.sessions) {
      if (!session.authenticated && now - session.since > authMs)
        session.close(CLOSE.authenticationTimeout, 'Nobody said who is there');
      else if (now - session.lastHeard > 2 * pingMs) session.terminate();
      else if (session.buffer.slowFor(now) > slowMs) {
        this.metrics.dropped.inc();
        session.terminate();
      } else if (now - session.lastPing >= pingMs) session.ping();
      session.tick();
    }
  }

  private assertRate(session: string): void {
    const { allowed, retryMs } = this.rates.take(session, MESSAGES);
    if (allowed) return;
    const detail = `At most ${MESSAGES.limit} messages of a socket in ${MESSAGES.windowMs / 1000} s.`;
    throw new AppError('rate_limited', detail, { retryAfterSeconds: Math.ceil(retryMs / 1000) });
  }
}
